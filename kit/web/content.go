package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"
)

// Content answers with body under a tag that is its hash, so that whoever asks
// often for what changes seldom is told so in one line (RFC 9110 section 13). The
// tag is weak: the same content may leave compressed (section 8.8.1).
// changed is when it became what it is; zero says nothing of that. How long
// others may keep it is the caller's: Cache-Control and Vary.
func (c *Call) Content(mediaType string, changed time.Time, body []byte) error {
	sum := sha256.Sum256(body)
	c.W.Header().Set("Content-Type", mediaType)
	c.W.Header().Set("ETag", `W/"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(c.W, c.R, "", changed, bytes.NewReader(body))
	return nil
}
