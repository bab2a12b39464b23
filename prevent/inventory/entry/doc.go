// Package entry is what a hospital says of one row of its inventory: which texts
// it has, the form in which they are kept, and the key by which the row is known
// again. It is pure: no database, no clock.
package entry
