// Package matching measures format/match on labelled pairs of advisory and
// inventory row: pairs made from the product trees of real CISA advisories in
// the ways hospitals write, and pairs labelled by hand. Its tests fail below
// the goals; docs/matching.md has the method and the figures.
package matching
