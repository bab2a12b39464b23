// Package proof finds out whether a domain is really that of whoever says so: its
// one form, and a token that is to be published in DNS or on its web server. It
// keeps nothing.
package proof
