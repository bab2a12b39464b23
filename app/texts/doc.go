// Package texts carries the messages of all rooms to translators and back: one
// file for each language (XLIFF 2 or CSV) out, the same file in, checked, into
// the message files of the source tree. docs/languages.md is its manual.
//
// A language is a draft until a person approved each of its texts. Which ones
// stands in kit/i18n/review/xx.txt and is built into the program.
package texts
