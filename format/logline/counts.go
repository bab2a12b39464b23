package logline

// Reason says why a line is no record. The zero Reason means that it is one.
type Reason string

const (
	Broken      Reason = "not of the format"
	BrokenJSON  Reason = "not valid JSON"
	BrokenXML   Reason = "not well-formed XML"
	Columns     Reason = "wrong number of columns"
	NoHeader    Reason = "no header before it"
	BadFrame    Reason = "wrong frame length"
	TooLong     Reason = "longer than the bound"
	TooDeep     Reason = "nested too deep"
	BadChunk    Reason = "damaged EVTX chunk"
	BadRecord   Reason = "damaged EVTX record"
	BadChecksum Reason = "wrong EVTX checksum" // the record is read all the same
	skipped     Reason = "-"                   // header, comment, blank line: nothing is wrong
)

// Counts says what a reader has seen.
type Counts struct {
	Bytes   int64          // of the unpacked stream
	Lines   int            // line ends passed, and the last line without one
	Records int            // given out
	Timed   int            // of these, with a time
	Other   int            // of these, in another format than the file's
	Cut     int            // lines longer than the bound, cut
	Refused map[Reason]int // entries kept out, and checksums that are wrong
}

func (c *Counts) refuse(why Reason) {
	if c.Refused == nil {
		c.Refused = map[Reason]int{}
	}
	c.Refused[why]++
}
