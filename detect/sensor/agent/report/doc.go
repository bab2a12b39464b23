// Package report makes one page of a scan for people who have to act: the
// verdict in plain words, when and where, what to do next, and what was not looked
// at. The page is one file without anything outside of it, made to be read on
// paper too. It is no part of the pages of the house: it is written where no
// house runs.
package report
