package indicator

import (
	"bufio"
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// words are what lists call the types, in lower case without blanks, dots,
// dashes and underscores.
var words = map[string]Type{
	"ip": IPv4, "ipv4": IPv4, "ipaddress": IPv4, "ipaddr": IPv4, "ipv4addr": IPv4, "srcip": IPv4, "dstip": IPv4, "ipsrc": IPv4, "ipdst": IPv4, "ipport": IPv4, "ipv4port": IPv4,
	"address": IPv4, "ipv6": IPv6, "ipv6addr": IPv6, "cidr": CIDR, "network": CIDR, "netblock": CIDR, "subnet": CIDR,
	"domain": Domain, "domainname": Domain, "hostname": Domain, "host": Domain, "fqdn": Domain, "c2": Domain, "c2domain": Domain, "domains": Domain,
	"url": URL, "uri": URL, "link": URL, "urls": URL, "email": Email, "emailaddr": Email, "emailaddress": Email, "emailsrc": Email, "sender": Email,
	"md5": MD5, "md5hash": MD5, "hashmd5": MD5, "sha1": SHA1, "sha1hash": SHA1, "hashsha1": SHA1, "sha256": SHA256, "sha256hash": SHA256, "hashsha256": SHA256, "filehashsha256": SHA256,
	"filehashmd5": MD5, "filehashsha1": SHA1, "hash": SHA256, "filehash": SHA256, "file": SHA256, "filename": FileName, "name": FileName, "filepath": FileName, "path": FileName,
}

// valueWords and typeWords name the columns of a table that has one value and
// its type in each row.
var (
	valueWords = " value indicator ioc iocvalue indicatorvalue observable artifact data iocs indicators indicatorofcompromise wert valeur valor valore waarde indikator indicateur indicador "
	typeWords  = " type entitytype ioctype indicatortype kind observabletype typeofindicator typ tipo "
	refWords   = " id uuid description notes note comment context campaign threat malware family tags "
)

func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" ._-:\"'\ufeff", r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// typeWord is the type that a word names; 0 is none.
func typeWord(s string) Type {
	if p := plain(s); p != "address" && p != "name" && p != "file" && p != "host" && p != "link" && p != "sender" && p != "path" && p != "data" {
		return words[p]
	}
	return 0
}

// qualifiers are what stands beside a type in the heading of a column ("Source IP",
// "Malicious domains", "file.hash.sha256", "IP-Adresse") and changes nothing of it; the
// ends of a connection only beside addresses: a "Source URL" is where a list is from.
var (
	qualifiers = " address addresses addr adresse adresses adres dirección direccion indirizzo malicious suspicious phishing c c2 cc cnc attacker remote bad known ioc iocs " +
		"hash hashes value values indicator indicators observable file full original "
	ends = " source src destination dst dest "
)

// columnType is the type of the values below a heading; 0 is none.
func columnType(heading string) Type {
	p := plain(heading)
	if t := cmp.Or(words[p], words[strings.TrimSuffix(p, "s")]); t != 0 {
		return t
	}
	var found Type
	ended, hash, address := false, false, false
	for _, w := range strings.FieldsFunc(strings.ToLower(heading), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		t := cmp.Or(words[w], words[strings.TrimSuffix(w, "s")])
		switch in := " " + w + " "; {
		case strings.Contains(ends, in):
			ended = true
		case strings.Contains(qualifiers, in):
			hash, address = hash || strings.HasPrefix(w, "hash"), address || strings.HasPrefix(w, "addr")
		case t == 0 || found != 0:
			return 0
		default:
			found = t
		}
	}
	switch {
	case found == 0 && hash:
		found = words["hash"]
	case found == 0 && address:
		found = words["address"]
	case ended && found != IPv4 && found != IPv6:
		return 0
	}
	return found
}

// columns say where in a table the indicators are.
type columns struct {
	comma                   rune
	value, typ, note, toIDs int    // -1 is none
	typed                   []Type // type of each column; 0 is none
}

// columnsOf reads a header; nil means that the line is none.
func columnsOf(line string) *columns {
	for _, comma := range []rune{',', ';', '\t', '|'} {
		cells := strings.Split(line, string(comma))
		c := &columns{comma: comma, value: -1, typ: -1, note: -1, toIDs: -1, typed: make([]Type, len(cells))}
		known, named := 0, 0
		for i, cell := range cells {
			switch p := " " + plain(cell) + " "; {
			case strings.Contains(valueWords, p):
				c.value = i
			case strings.Contains(typeWords, p):
				c.typ = i
			case strings.Contains(refWords, p) && c.note < 0:
				c.note = i
			case p == " toids ":
				c.toIDs = i
			case columnType(cell) != 0:
				c.typed[i] = columnType(cell)
				known++
				continue // "source.ip" is no domain
			}
			if _, err := Parse(cell); err == nil { // data, no header
				named++
			}
		}
		if named > 0 {
			continue
		}
		if c.value >= 0 && (len(cells) > 1 || known == 0) || known > 0 && (len(cells) > 1 || typeWord(cells[0]) != 0) {
			return c
		}
	}
	return nil
}

// maxTitles is how many lines may stand before the header of a table.
const maxTitles = 10

// heading finds the header of a table: the first line that is no comment, the comment
// right before it, as feeds write it, or a line below a title, if what follows has as
// many cells. skip is how many lines that are no comments end with it.
func heading(head []byte) (c *columns, skip int) {
	var rows []string
	comment := ""
	for line := range strings.SplitSeq(latin1(head), "\n") {
		if row := uncomment(line); row != "" {
			if rows = append(rows, row); len(rows) > maxTitles {
				break
			}
		} else if len(rows) == 0 && strings.TrimSpace(line) != "" {
			comment = strings.TrimLeft(line, "\ufeff#;/! ")
		}
	}
	for i, row := range rows {
		below := ""
		if i+1 < len(rows) {
			below = rows[i+1]
		}
		c = columnsOf(row)
		if c != nil && (i == 0 && !c.prose(below) || c.comma != '|' && c.fits(below)) { // bars part the cells of one table of many in a page
			return c, i + 1
		}
		if c = columnsOf(comment); i == 0 && c != nil && c.fits(row) {
			return c, 0
		}
		if strings.ContainsFunc(row, isFieldEnd) && slices.ContainsFunc(strings.FieldsFunc(row, isFieldEnd), isIndicator) || isIndicator(row) {
			break // the list has begun
		}
	}
	return nil, 0
}

// fits tells whether a row has as many cells as the header, and more than one.
func (c *columns) fits(row string) bool {
	cells, open := splitRow(row, c.comma)
	return !open && len(cells) > 1 && len(cells) == len(c.typed)
}

// prose tells a line of several words with commas, below which a list stands or nothing.
func (c *columns) prose(row string) bool {
	cells, open := splitRow(row, c.comma)
	return !open && len(cells) == 1 && len(c.typed) > 1
}

func isIndicator(s string) bool {
	_, err := Parse(s)
	return err == nil
}

// isFieldEnd are the signs that part the fields of a line.
func isFieldEnd(r rune) bool { return r == ' ' || r == '\t' || r == ',' || r == ';' || r == '|' }

// readCSV reads a table with a header, which is the last of so many lines. A quoted cell
// may run over several lines, within bounds: one quote too many must not eat the rest of
// the list.
func (in *intake) readCSV(r *bufio.Reader, c *columns, skip int) error {
	held, at := "", 0
	err := in.eachLine(r, func(n int, line string) {
		if held == "" {
			if at = n; uncomment(line) == "" && !(c.comma == ';' && line[0] == ';') { // there it parts an empty cell from the next
				return
			}
		} else {
			line = held + "\n" + line
		}
		cells, open := splitRow(line, c.comma)
		if open && n-at < 50 && len(line) < maxLine {
			held = line
			return
		}
		if held = ""; skip > 0 {
			if skip--; skip > 0 {
				in.refuse(Refused{Line: at, Text: line, Reason: errNothing.Error()})
			}
			return
		}
		in.row(c, cells, at)
	})
	if held != "" {
		in.refuse(Refused{Line: at, Text: held, Reason: "a quote is not closed"})
	}
	return err
}

// splitRow cuts a row (RFC 4180); open says that a quote is not closed.
func splitRow(line string, comma rune) (cells []string, open bool) {
	var b []byte
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"' && open && i+1 < len(line) && line[i+1] == '"': // two stand for one
			b = append(b, '"')
			i++
		case c == '"' && open:
			open = false
		case c == '"' && len(bytes.TrimSpace(b)) == 0: // a blank behind the comma is no part of the cell
			b, open = b[:0], true
		case rune(c) == comma && !open:
			cells, b = append(cells, string(b)), b[:0]
		default:
			b = append(b, c)
		}
	}
	return append(cells, string(b)), open
}

// row takes the indicators of one row.
func (in *intake) row(c *columns, row []string, line int) {
	text := latin1([]byte(strings.Join(row, string(c.comma))))
	cell := func(i int) string {
		if i < 0 || i >= len(row) {
			return ""
		}
		return strings.TrimSpace(row[i])
	}
	ref := shorten(latin1([]byte(cell(c.note))))
	var found int
	var last error = errNothing
	try := func(t Type, value string) {
		if value == "" || value == "-" || strings.EqualFold(value, "n/a") {
			return
		}
		list, bad, err := cellOf(t, latin1([]byte(value)))
		for _, i := range list {
			i.Ref = ref
			in.take(i, line, text)
			found++
		}
		if last = err; len(list) > 0 {
			for _, part := range bad {
				in.refuse(Refused{Line: line, Ref: ref, Text: part, Reason: err.Error()})
			}
		}
	}
	if off := strings.ToLower(cell(c.toIDs)); off == "0" || off == "false" || off == "no" { // as in an event of MISP
		in.refuse(Refused{Line: line, Ref: ref, Text: text, Reason: "not marked for detection (to_ids)"})
		return
	}
	kind := strings.ToLower(cell(c.typ))
	if types, pair := mispTypes[kind]; pair && strings.Contains(kind, "|") && c.value >= 0 {
		for k, half := range halves(kind, cell(c.value)) {
			if types[k] != 0 {
				try(types[k], half)
			}
		}
	} else if c.value >= 0 {
		try(rowType(kind), cell(c.value))
	}
	for k, t := range c.typed {
		if t != 0 && k != c.value {
			try(t, cell(k))
		}
	}
	if found == 0 {
		in.refuse(Refused{Line: line, Text: text, Reason: last.Error()})
	}
}

// cellOf reads a cell: one value, or several, as the hashes of one file often stand in one
// (commas, semicolons, bars or lines between them). Of several, those that are none are bad,
// err says why one of them is.
func cellOf(t Type, value string) (list []Indicator, bad []string, err error) {
	read := func(value string) (Indicator, error) {
		if t == 0 {
			return Parse(value)
		}
		return parseTyped(t, value)
	}
	i, err := read(value)
	if err == nil {
		return []Indicator{i}, nil, nil
	}
	parts := strings.FieldsFunc(value, func(r rune) bool { return r == '\n' || r != ' ' && r != '\t' && isFieldEnd(r) })
	if len(parts) < 2 {
		return nil, nil, err
	}
	for _, part := range parts {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		i, fault := read(part)
		if fault != nil {
			bad, err = append(bad, part), fault
			continue
		}
		list = append(list, i)
	}
	return list, bad, err
}

// rowType is the type of a row; "file" and "hash" say no more than that the
// form decides.
func rowType(s string) Type {
	t := words[plain(s)]
	if t == SHA256 && plain(s) != "sha256" && plain(s) != "sha256hash" {
		return 0
	}
	return t
}
