// Package xliff reads and writes the core of XLIFF 2 (OASIS, "XLIFF Version 2.0",
// 2014; 2.1 has the same core and namespace), the form in which translators'
// tools exchange texts.
//
// Placeholders of a text, {{.name}}, are written as <ph> elements with their
// original data, so that a tool shows them as one piece that cannot be mistyped.
// Reading takes them back from there, and also where a tool wrote them as plain
// text. Whatever divides a unit into segments is put together again. Modules,
// comments and annotations are passed over.
package xliff
