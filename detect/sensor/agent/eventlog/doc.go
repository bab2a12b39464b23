// Package eventlog follows binary event logs of Windows (.evtx) while they are written
// to, beside package follow, which has the others.
//
// Such a log does not grow at its end: it lies in chunks, the newest records are in
// any of them, and when it is full the service goes round or renames it and begins
// anew. So a place in it is the number of a record, with a sum of its bytes: it says
// whether the log is still the same. Files are opened for a moment only, as one that
// is held open could not be renamed by the service.
//
// What is told: events that were overwritten before they were read, and a log that was
// cleared or replaced, which is also what an intruder does (ATT&CK T1070.001).
package eventlog
