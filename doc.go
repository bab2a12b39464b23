// Package ward holds the words of the house: the vocabulary that every room
// shares and that outsiders use themselves. It imports the standard library
// only and knows no database, no network and no clock.
//
// The rule between the rooms is kept by arch_test.go; the plan of the house is
// in docs/architecture.md.
package ward
