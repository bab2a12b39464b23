// Package version reads release texts as hospitals and advisories write them
// ("SW 2.1", "V5.0 SP3 HF2", "2.420.HW01", "April/17/2023") into values that
// can be compared, and range texts ("< V3.0", "4.8 and prior",
// "vers:generic/>=1|<2") into ranges that answer whether a version is inside.
//
// It is honest rather than helpful: versions of different schemes are not
// comparable, a version written too roughly to decide is not guessed, and a
// range that is not understood is an error, never an empty range.
package version
