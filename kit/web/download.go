package web

import (
	"mime"
	"net/http"
	"strconv"
)

// Download heads an answer that holds a file which somebody else made: no browser
// shows or runs it, and nothing keeps it. name was
// made safe before.
func Download(h http.Header, name string, size int64) {
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", disposition(name))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.FormatInt(size, 10))
}

// disposition names a download; a name beyond ASCII is encoded (RFC 6266).
func disposition(name string) string {
	if d := mime.FormatMediaType("attachment", map[string]string{"filename": name}); d != "" {
		return d
	}
	return "attachment"
}
