// Package rolie reads how CSAF providers say what they have: ROLIE feeds (RFC
// 8322 in the JSON form of CSAF 2.0 section 7.1.15), provider-metadata.json and
// aggregator.json (sections 7.1.7, 7.1.21), index.txt and changes.csv of
// directories (7.1.12, 7.1.13) and the CSAF field of security.txt (7.1.8).
//
// Lists are streamed: a feed of any length needs memory for one entry. What is
// wrong with one entry is reported and the rest is read. Addresses are given as
// written where they are absolute; whether they may be fetched is decided by
// the one who fetches.
package rolie
