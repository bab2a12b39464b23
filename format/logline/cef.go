package logline

import "bytes"

// cefHeader names the parts between the bars (Common Event Format, ArcSight
// implementation standard, version 26).
var cefHeader = [...]string{"deviceVendor", "deviceProduct", "deviceVersion", "signatureId", "name", "severity"}

// cef reads CEF:0|vendor|product|version|signature|name|severity|extension.
func (d *dialects) cef(rec *Record, line []byte) Reason {
	rec.Format = CEF
	b, ok := bytes.CutPrefix(line, []byte("CEF:"))
	if !ok {
		return Broken
	}
	_, b, ok = bytes.Cut(b, []byte{'|'})
	if !ok {
		return Broken
	}
	for i, name := range cefHeader {
		end := bar(b)
		if end < 0 {
			if i < len(cefHeader)-1 {
				return Broken
			}
			end = len(b) // without an extension the last bar is often left out
		}
		rec.addSet(name, rec.unescape(b[:end], `|\`))
		b = b[min(end+1, len(b)):]
	}
	d.cefExtension(rec, b)
	if t := d.stamp(rec, []string{"rt", "end", "start", "deviceCustomDate1"}); !t.IsZero() {
		rec.Time = t
	}
	return ""
}

// bar finds the next bar that is not escaped.
func bar(b []byte) int {
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '|':
			return i
		}
	}
	return -1
}

// cefExtension reads key=value pairs; a value reaches to the last blank before
// the next key, and an equals sign in it is escaped.
func (d *dialects) cefExtension(rec *Record, b []byte) {
	key, at := nextKey(b, 0)
	for key != nil {
		from := at
		next, end := nextKey(b, from)
		value := b[from:]
		if next != nil {
			value = b[from : end-len(next)-1]
		}
		rec.add(d.plain.of(key), rec.cefValue(bytes.TrimRight(value, " ")))
		key, at = next, end
	}
}

// nextKey finds the next " key=" from i on and the place behind its equals
// sign. Quoting is unknown to CEF, but devices forget to escape: what stands
// before an equals sign is a key only if it looks like one.
func nextKey(b []byte, i int) (key []byte, end int) {
	for i < len(b) {
		eq := bytes.IndexByte(b[i:], '=')
		if eq < 0 {
			return nil, 0
		}
		eq += i
		from := eq
		for from > i && isKeyByte(b[from-1]) {
			from--
		}
		if from < eq && (from == 0 || b[from-1] == ' ') {
			return b[from:eq], eq + 1
		}
		i = eq + 1
	}
	return nil, 0
}

func isKeyByte(c byte) bool {
	return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c == '.' || c == '-' || c == '[' || c == ']'
}

// cefValue decodes \= \\ \n \r.
func (r *Record) cefValue(b []byte) []byte {
	if bytes.IndexByte(b, '\\') < 0 {
		return b
	}
	from := len(r.scratch)
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c == '\\' && i+1 < len(b) {
			switch b[i+1] {
			case '=', '\\', '|':
				i++
				c = b[i]
			case 'n':
				i++
				c = '\n'
			case 'r':
				i++
				c = '\r'
			}
		}
		r.scratch = append(r.scratch, c)
	}
	return r.scratch[from:len(r.scratch):len(r.scratch)]
}

// leef reads LEEF:1.0|vendor|product|version|event|attributes and LEEF:2.0,
// which has the delimiter before the attributes (QRadar LEEF 2).
func (d *dialects) leef(rec *Record, line []byte) Reason {
	rec.Format = LEEF
	b, ok := bytes.CutPrefix(line, []byte("LEEF:"))
	if !ok {
		return Broken
	}
	version, b, ok := bytes.Cut(b, []byte{'|'})
	if !ok {
		return Broken
	}
	for _, name := range [...]string{"vendor", "product", "version", "eventId"} {
		var value []byte
		if value, b, ok = bytes.Cut(b, []byte{'|'}); !ok {
			return Broken
		}
		rec.addSet(name, value)
	}
	delimiter := byte('\t')
	if bytes.HasPrefix(version, []byte{'2'}) {
		if given, rest, ok := bytes.Cut(b, []byte{'|'}); ok && len(given) <= 5 && bytes.IndexByte(given, '=') < 0 {
			delimiter, b = leefDelimiter(given), rest
		}
	}
	for _, pair := range bytes.Split(b, []byte{delimiter}) {
		if key, value, ok := bytes.Cut(pair, []byte{'='}); ok && len(key) > 0 {
			rec.add(d.plain.of(bytes.TrimSpace(key)), value)
		}
	}
	d.dayFirst = bytes.HasPrefix(rec.Get("devTimeFormat"), []byte("dd"))
	if t := d.stamp(rec, []string{"devTime"}); !t.IsZero() {
		rec.Time = t
	}
	d.dayFirst = false
	return ""
}

// leefDelimiter reads one character, x5E, or 0x5E; empty means tab.
func leefDelimiter(b []byte) byte {
	switch {
	case len(b) == 0:
		return '\t'
	case len(b) == 1:
		return b[0]
	}
	hex := bytes.TrimPrefix(bytes.TrimPrefix(b, []byte{'0'}), []byte{'x'})
	v := 0
	for _, c := range hex {
		d := unhex(c)
		if d < 0 || v > 15 {
			return '\t'
		}
		v = v<<4 | d
	}
	return byte(v)
}
