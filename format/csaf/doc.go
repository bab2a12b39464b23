// Package csaf reads advisories of the Common Security Advisory Framework
// 2.0 (OASIS, November 2022) and the parts of 2.1 that say the same things.
// It takes bytes and gives values: no network, no clock, no storage.
//
// Two readings of one file stand beside each other. Parse is lenient: it
// builds the Document that matching and alerting need, keeps going over wrong
// types, nulls and dangling references, and lists them as Oddities, because a
// hospital is better served by nine tenths of a warning than by none. Validate
// is strict: the JSON schema and the mandatory tests, each problem with its
// place.
//
// A Document is read-only after Parse and safe for concurrent use.
package csaf
