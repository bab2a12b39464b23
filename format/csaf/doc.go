// Package csaf reads advisories of the Common Security Advisory Framework
// 2.0 (OASIS, November 2022) and the parts of 2.1 that say the same things.
// It takes bytes and gives values: no network, no clock, no storage.
//
// Two readings of one file stand beside each other. Parse is lenient: it
// builds the Document that matching and alerting need, keeps going over wrong
// types, nulls and dangling references, and lists them as Oddities, because a
// hospital is better served by nine tenths of a warning than by none. Validate,
// Run and Check are strict: the JSON schema and the tests of section 6, each
// problem with its place.
//
// The validator knows both editions, from the document itself. The schemas are
// rules of ours in the notation of format/problem/shape (rules/csaf.txt and
// rules/metrics.txt); the lists that the tests want (CWE, licences, SSVC, words)
// lie beside them, each with its source and age in its first lines.
//
// A Document is read-only after Parse and safe for concurrent use.
package csaf
