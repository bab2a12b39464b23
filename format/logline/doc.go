// Package logline reads what machines write down: it finds out the format of a
// log, and gives its entries as records of named fields with a time.
//
//	reader, err := logline.NewReader(logline.Auto, r, logline.Options{Reference: mtime})
//	for {
//		rec, err := reader.Next() // valid until the next call
//		...
//	}
//
// It reads plain text; package pack opens .gz, .zst, .bz2, .xz, zip and tar and
// gives the reader. Names of fields are those of the source, or of the Sigma
// taxonomy where a line has none (access logs, proxies, name servers); Normal
// gives the few names that all formats share.
//
// Logs are hostile input and mostly damaged somewhere: a line that is not of
// the file's format is tried against the others, else counted by its reason and
// kept out. Nothing but a failing reader ends the reading. Lines beyond a bound
// are cut and counted.
//
// Times: a stamp with a zone keeps it; one without is read in Options.Zone
// (UTC when nil), except where the format says UTC (Zeek, EVTX, Squid, auditd,
// W3C). RFC 3164 writes no year: it is the last year in which the stamp does
// not lie more than a day after Options.Reference (the file's time of change,
// say); without a reference the time stays unknown. Nothing asks a clock, and
// times that jump are no fault: they are given as they stand.
package logline
