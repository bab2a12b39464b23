// Package ui is the look of the house: the page shell and every component that
// pages are built from. Pages write plain HTML (h2, p, ul, a, dl) inside the
// shell, which is styled by element, and components for the rest.
//
// All visible words are i18n.Text: from a message, or from data by i18n.Raw and
// i18n.In. A component that has words of its own takes the Printer first.
// Everything works without scripts and under the policy in CSP.
package ui

import (
	"embed"
	"io/fs"
)

// CSP is the Content-Security-Policy of every page: nothing from elsewhere, no
// inline script or style, no framing.
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

//go:embed text/*.toml
var texts embed.FS

// Texts holds the messages of the components, for i18n.Config.
func Texts() fs.FS { return texts }
