// Package sheet reads inventories as hospitals keep them: CSV in whatever
// delimiter and encoding a spreadsheet program wrote, and XLSX. It gives rows
// of text with their line numbers, guesses which column holds which field, and
// writes CSV that no spreadsheet program will run as a formula.
//
// Formats: RFC 4180 with the departures that real exports show, and ECMA-376
// (Office Open XML). Older binary .xls, .ods and HTML named .xls are refused
// by name, so that a person knows what to do.
package sheet
