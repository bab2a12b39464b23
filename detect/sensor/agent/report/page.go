package report

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"

	"ward"
	"ward/kit/i18n"
)

//go:embed page.html
var page string

//go:embed text/*.toml
var texts embed.FS

// Texts are the words of the page.
func Texts() fs.FS { return texts }

// Write makes the page in a language; one that is not known is English.
func (g *Gatherer) Write(w io.Writer, lang ward.Lang, f Facts) error {
	c, err := i18n.New(i18n.Config{Texts: []fs.FS{texts}})
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	t, err := template.New("page").Parse(page)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	m := &maker{g: g, f: f, p: c.Printer(lang).Zone(f.Zone)}
	if err := t.Execute(w, m.view()); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}
