// Package validator tests CSAF documents for whoever asks: a maker before it
// publishes, a hospital that was sent a file. It is CSAF's basic, extended and
// full validator (clauses 9.1.14 to 9.1.16 of CSAF 2.0 and 2.1) as page and API
// over format/csaf, and shows what the house conforms to.
//
// It is open to visitors and keeps nothing: no document is stored, logged or
// told to another room. It tells and hears no facts and asks no questions. What
// one network may ask is bounded (see gate.go), and so is what runs at once.
package validator
