// Package term is by what a document is found: its search words, and the values of
// the fields that CSAF 2.0 section 9.1.12 wants a list to be filtered and ordered
// by. It is pure: documents in, texts out.
package term
