// Package spdx reads and checks SPDX documents of edition 2.0 to 2.3 (ISO/IEC
// 5962:2021 is 2.2.1) in JSON and tag-value, into the same values as package
// cyclonedx. Both encodings become one tree first, so that there is one reader
// and one set of rules. SPDX 3, which is JSON-LD, is recognised and refused.
// RDF, YAML and the spreadsheet form are not read.
package spdx
