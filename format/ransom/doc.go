// Package ransom says which family of ransomware a note or an encrypted file
// speaks of. Several families are named, best first, each with the reasons and
// with what would settle it; a document that is unlike every note names none.
//
// Notes are learned when a catalogue is compiled: words, pairs and triples of
// words as hashes weighed by their rarity, addresses, file names, extensions.
// A compiled catalogue (Model) holds no text of a note. The scoring uses whole
// numbers only, so the script of the browser page (web/src/ransomware.js),
// which reads the same Model, comes to the same answer.
//
// Everything here takes bytes and gives values; nothing is run, fetched or kept.
package ransom
