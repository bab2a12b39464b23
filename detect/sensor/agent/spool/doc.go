// Package spool keeps what a sensor found, and how far it has read, on disk until
// the hits are sent.
//
// Both stand in one place for one reason: a position and the hits found before it
// are written in one frame, so that a kill at any instruction leaves both or
// neither. After a restart reading goes on at the last position that was written,
// and no line is skipped and none is counted twice.
//
// The spool is a folder of segments, numbered files of frames (length, CRC-32C,
// JSON). The last is open; it begins with all positions. Sealed ones wait to be
// sent and are deleted then. Size and age are bounded: the oldest hits go first,
// counted.
package spool
