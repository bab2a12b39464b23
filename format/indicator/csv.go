package indicator

import (
	"bufio"
	"strings"
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
	valueWords = " value indicator ioc iocvalue indicatorvalue observable artifact data "
	typeWords  = " type entitytype ioctype indicatortype kind observabletype "
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

// columns say where in a table the indicators are.
type columns struct {
	comma            rune
	value, typ, note int    // -1 is none
	typed            []Type // type of each column; 0 is none
}

// columnsOf reads a header; nil means that the line is none.
func columnsOf(line string) *columns {
	for _, comma := range []rune{',', ';', '\t', '|'} {
		cells := strings.Split(line, string(comma))
		c := &columns{comma: comma, value: -1, typ: -1, note: -1, typed: make([]Type, len(cells))}
		known, named := 0, 0
		for i, cell := range cells {
			switch p := " " + plain(cell) + " "; {
			case strings.Contains(valueWords, p):
				c.value = i
			case strings.Contains(typeWords, p):
				c.typ = i
			case strings.Contains(refWords, p) && c.note < 0:
				c.note = i
			case words[strings.TrimSpace(p)] != 0:
				c.typed[i] = words[strings.TrimSpace(p)]
				known++
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

// firstLine is the first line that is no comment.
func firstLine(head []byte) string {
	for line := range strings.SplitSeq(latin1(head), "\n") {
		if line = uncomment(line); line != "" {
			return line
		}
	}
	return ""
}

// readCSV reads a table with a header. A quoted cell may run over several
// lines, within bounds: one quote too many must not eat the rest of the list.
func (in *intake) readCSV(r *bufio.Reader, c *columns) error {
	header, held, at := true, "", 0
	err := in.eachLine(r, func(n int, line string) {
		if held == "" {
			if at = n; uncomment(line) == "" {
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
		if held = ""; header {
			header = false
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
		case c == '"' && (open || len(b) == 0):
			open = !open
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
		i, err := parseTyped(t, latin1([]byte(value)))
		if t == 0 {
			i, err = Parse(latin1([]byte(value)))
		}
		if err != nil {
			last = err
			return
		}
		i.Ref = ref
		in.take(i, line, text)
		found++
	}
	if c.value >= 0 {
		try(rowType(cell(c.typ)), cell(c.value))
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

// rowType is the type of a row; "file" and "hash" say no more than that the
// form decides.
func rowType(s string) Type {
	t := words[plain(s)]
	if t == SHA256 && plain(s) != "sha256" && plain(s) != "sha256hash" {
		return 0
	}
	return t
}
