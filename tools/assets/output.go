package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// output collects the files of web/dist.
type output struct {
	dir      string
	manifest map[string]string // plain name to hashed name
	sizes    []string          // for the last line: name, raw and gzip kilobytes
	names    []string          // files written
}

// add writes a file under a name with its hash, and its gzip form.
func (o *output) add(name string, body []byte) error {
	sum := sha256.Sum256(body)
	ext := filepath.Ext(name)
	hashed := strings.TrimSuffix(name, ext) + "." + base64.RawURLEncoding.EncodeToString(sum[:])[:10] + ext
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(body); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	o.manifest[name] = hashed
	o.sizes = append(o.sizes, fmt.Sprintf("%s %.1f KB (%.1f gzip)", name, float64(len(body))/1000, float64(packed.Len())/1000))
	if err := o.write(hashed, body); err != nil {
		return err
	}
	return o.write(hashed+".gz", packed.Bytes())
}

func (o *output) write(name string, body []byte) error {
	o.names = append(o.names, name)
	return os.WriteFile(filepath.Join(o.dir, name), body, 0o644)
}

// finish writes the manifest and removes what an earlier build left.
func (o *output) finish() (string, error) {
	b, err := json.MarshalIndent(o.manifest, "", "  ")
	if err != nil {
		return "", err
	}
	if err := o.write("manifest.json", append(b, '\n')); err != nil {
		return "", err
	}
	sort.Strings(o.names)
	old, err := os.ReadDir(o.dir)
	if err != nil {
		return "", err
	}
	for _, e := range old {
		i := sort.SearchStrings(o.names, e.Name())
		if e.Name() != ".gitkeep" && (i == len(o.names) || o.names[i] != e.Name()) {
			if err := os.Remove(filepath.Join(o.dir, e.Name())); err != nil {
				return "", err
			}
		}
	}
	return strings.Join(o.sizes, ", "), nil
}
