package logline

import (
	"bytes"

	"ward/format/evtx"
)

// SampleSize is how much of a log Recognise wants to see.
const SampleSize = 64 << 10

// Recognise tells the format from the first bytes of an unpacked log: by its
// heading where it has one, else by the most lines that can really be read.
// Plain if nothing else reads a third of them.
func Recognise(sample []byte) Format {
	if bytes.HasPrefix(sample, []byte(evtx.Magic)) {
		return EVTX
	}
	text := bytes.NewReader(sample)
	decoded := make([]byte, 2*SampleSize)
	r := Decode(text)
	n := 0
	for n < len(decoded) {
		m, err := r.Read(decoded[n:])
		if n += m; err != nil {
			break
		}
	}
	return recognise(decoded[:n], len(sample) < SampleSize)
}

// recognise looks at text; whole says that the sample is the whole log.
func recognise(sample []byte, whole bool) Format {
	if f := byHeading(sample); f != Auto {
		return f
	}
	votes, lines := vote(sample, whole)
	best, most := Plain, 0
	for _, f := range Formats { // in their order, so that a draw has one outcome
		if votes[f] > most {
			best, most = f, votes[f]
		}
	}
	if most*3 >= lines && most > 0 {
		return best
	}
	if looksCSV(sample) {
		return CSV
	}
	return Plain
}

// byHeading knows formats that say what they are.
func byHeading(sample []byte) Format {
	head := bytes.TrimLeft(sample, "\xef\xbb\xbf \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("#separator")), bytes.HasPrefix(head, []byte("#fields\t")):
		return Zeek
	case bytes.HasPrefix(head, []byte("__CURSOR=")), bytes.HasPrefix(head, []byte("__REALTIME_TIMESTAMP=")):
		return Journal
	case bytes.HasPrefix(head, []byte("#Software:")), bytes.HasPrefix(head, []byte("#Version:")), bytes.HasPrefix(head, []byte("#Fields:")):
		return W3C
	case bytes.HasPrefix(head, []byte("<")) && !(len(head) > 1 && isDigit(head[1])), bytes.HasPrefix(head, []byte("- <Event")):
		if bytes.Contains(head, []byte("<AuditMessage")) {
			return ATNA
		}
		if bytes.Contains(head, []byte("<Event")) {
			return WindowsXML
		}
	case isDocument(head):
		return guessJSON(head)
	case bytes.HasPrefix(head, []byte("#")) && bytes.Contains(head, []byte("\n#Fields:")):
		return W3C
	case bytes.HasPrefix(head, []byte("#")) && bytes.Contains(head, []byte("\n#fields\t")):
		return Zeek
	}
	return Auto
}

// vote parses up to 200 lines of the sample as what they look like.
func vote(sample []byte, whole bool) (votes map[Format]int, lines int) {
	votes = map[Format]int{}
	d := newDialects(zones{})
	var rec Record
	for len(sample) > 0 && lines < 200 {
		line, rest, ended := bytes.Cut(sample, newline)
		sample = rest
		if !ended && !whole && lines > 0 {
			break // cut by the end of the sample
		}
		line = bytes.TrimSuffix(line, []byte{'\r'})
		if blank(line) {
			continue
		}
		lines++
		f := guess(line)
		if f == Auto {
			continue
		}
		rec.reset(line, f)
		if d.parse(f, &rec, line) == "" {
			if f == Syslog && rec.Format == Sysmon {
				f = Sysmon
			}
			votes[f]++
		}
	}
	return votes, lines
}
