// Package match answers "does this advisory concern this product?" for
// products as hospitals write them and claims as advisories state them.
//
// A pair is joined by identity first, in strict order: UDI-DI, purl, CPE,
// model or order number, vendor and product name through the alias table.
// Only when none of these joins them is likeness tried, and a likeness ends in
// review at most. Then the versions are compared by package version. There are
// three verdicts: what is not read is never taken for "not affected", and what
// is only alike never for "affected". A pair with nothing in common is no
// finding at all.
//
// All functions are pure and deterministic. Claims and Index are safe for
// concurrent readers once built; building them is not safe for concurrent use.
package match
