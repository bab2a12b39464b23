// Package web serves the look: style sheet, scripts and icons, each under a
// name that holds its hash. The files are made by tools/assets and embedded.
// Without them (a fresh clone, no npm) the portal has the plain look: base.css
// of this folder, no icons, no scripts, and everything still works.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

//go:embed all:dist base.css mark.svg
var files embed.FS

// Prefix is the path under which Handler must be mounted.
const Prefix = "/assets/"

// file is one embedded file with its compressed form, if it has one.
type file struct {
	body, gzip []byte
	kind       string
}

// store is all that is served, built once at first use and then only read.
type store struct {
	urls  map[string]string // "app.css" to "/assets/app.HASH.css"
	files map[string]file   // "app.HASH.css" to its content
}

var assets = sync.OnceValue(load)

// Asset gives the URL of a file by its plain name. Where it was not built,
// "app.css" gives the plain look's sheet and any other name "".
func Asset(name string) string { return assets().urls[name] }

// Built reports whether the full look is embedded.
func Built() bool { return assets().urls["app.js"] != "" }

// Version changes with any asset; it names the cache of a service worker.
func Version() string { return strings.TrimPrefix(Asset("app.css"), Prefix) }

// Handler serves the files under Prefix. A name holds the hash of its content,
// so browsers may keep it for a year; gzip is sent where it is accepted.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := assets().files[strings.TrimPrefix(r.URL.Path, Prefix)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", f.kind)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Vary", "Accept-Encoding")
		body := f.body
		if f.gzip != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = f.gzip
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	})
}

// load reads the manifest that tools/assets wrote; whatever is wrong with it
// leads to the plain look, never to a start that fails.
func load() *store {
	s := &store{urls: map[string]string{}, files: map[string]file{}}
	manifest := map[string]string{}
	if b, err := files.ReadFile("dist/manifest.json"); err == nil && json.Unmarshal(b, &manifest) != nil {
		manifest = nil
	}
	for name, hashed := range manifest {
		s.add(name, hashed, path.Join("dist", hashed))
	}
	if s.urls["app.css"] == "" {
		s.add("app.css", hashedName("base.css"), "base.css")
	}
	s.add("mark.svg", hashedName("mark.svg"), "mark.svg")
	return s
}

// add takes one embedded file in; a file that is absent is left out.
func (s *store) add(name, hashed, where string) {
	body, err := files.ReadFile(where)
	if err != nil {
		return
	}
	f := file{body: body, kind: kindOf(path.Ext(hashed))}
	if packed, err := fs.ReadFile(files, where+".gz"); err == nil {
		f.gzip = packed
	}
	s.urls[name], s.files[hashed] = Prefix+hashed, f
}

// kindOf is written out, since mime's table differs between machines.
func kindOf(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return "application/octet-stream"
}

// hashedName puts the hash of an embedded file into its name, as tools/assets does.
func hashedName(name string) string {
	b, err := files.ReadFile(name)
	if err != nil {
		return name
	}
	sum := sha256.Sum256(b)
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "." + base64.RawURLEncoding.EncodeToString(sum[:])[:10] + ext
}
