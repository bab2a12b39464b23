// Package agent looks through logs where they lie, in the hospital: files,
// folders, archives and streams, once, in one pass, for indicators and for what
// a Detector makes of the records. It sends nothing; what is done with a hit is
// the caller's. It needs no server, no database and no network.
//
// A scan reads each file in pieces of whole lines. Workers search the pieces, one
// collector puts the hits back into the order of the log, counts lines and knows
// how far the scan is, so that an interrupted scan says what it covered and can
// go on there (Progress).
//
// What cannot be read, vanished or was left out is counted with its reason: the
// summary says what was not looked at, because "nothing found" means nothing
// without it.
package agent
