// Package ransomware compares the browser's scoring of ransom notes
// (web/src/ransom) with the engine (format/ransom), document by document. It has
// tests only; they run the scripts in Node and are left out without it.
package ransomware
