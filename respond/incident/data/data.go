// Package data holds the law as files: duties, facts, classification, the field
// catalogue and a pack for each Member State. See docs/clock.md for their form.
package data

import (
	"embed"
	"io/fs"
	"path"
	"sync"

	"ward/format/rule"
)

//go:embed *.toml country/*.toml
var files embed.FS

// Files are the texts as they stand, in the order of their names.
func Files() ([]rule.File, error) {
	var out []rule.File
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".toml" {
			return err
		}
		text, err := files.ReadFile(name)
		out = append(out, rule.File{Name: name, Text: text})
		return err
	})
	return out, err
}

// Book is what they say. A book does not change, so that all share one.
func Book() (*rule.Book, error) { return shared() }

var shared = sync.OnceValues(func() (*rule.Book, error) {
	texts, err := Files()
	if err != nil {
		return nil, err
	}
	return rule.Read(texts)
})
