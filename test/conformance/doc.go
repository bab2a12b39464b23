// Package conformance compares the validator of format/csaf with the open
// validator that others run, document by document. It has tests only:
//
//	go test ./test/conformance -v
//
// They install that validator with npm into a folder of their own and are left
// out (see test/leave) where npm, node or the network is not there.
// What the two say differently, and why, is in explained_test.go
// and docs/conformance.md.
package conformance
