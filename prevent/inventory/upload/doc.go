// Package upload understands a file that a hospital brings, a table or a bill of
// materials, and plans what it does to the inventory: rows, what was not
// understood, what differs. It is pure: bytes and present rows in, values out.
package upload
