// Package follow reads files while they grow, through every way in which logs are
// rotated: renamed and made anew, copied and cut, packed, several times while
// nobody was looking.
//
// A file is what its content says: its first bytes and the last ones before the
// place where reading stands. So a renamed, copied or packed log is known again and
// goes on where it was, and a name that was given to a new log is not mistaken for
// the old one. Files are looked at by turns, not by notification: that works on
// every file system, and costs a few calls a second.
//
// Whoever asks is given whole lines, and Changed says how far each file is; when
// that is kept together with what was found, no line is skipped and none counted
// twice (package spool).
package follow
