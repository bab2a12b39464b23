package indicator

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"unicode/utf8"
)

// Options say what Read takes. The zero value is strict: no private addresses.
type Options struct {
	// Private takes private and reserved addresses too.
	Private bool
	// Warnings are lists of benign values; nil knows none. A known value is marked,
	// or left out with the reason where DropBenign says so.
	Warnings   *Warnings
	DropBenign bool
	// MaxRefused bounds how many refusals a Report holds; zero means 1,000. All are counted.
	MaxRefused int
}

// Report says what Read made of a list.
type Report struct {
	Source   string       `json:"source"`
	Format   string       `json:"format"` // text, csv, stix, misp, ward, index, warninglist
	Counts   map[Type]int `json:"-"`
	Patterns int          `json:"-"` // of several parts
	// Refused are lines and objects that gave nothing, the first of RefusedTotal.
	Refused      []Refused `json:"refused"`
	RefusedTotal int       `json:"refused_total"`
	// Benign are values that a warning list knows, the first of BenignTotal.
	Benign      []Benign `json:"benign"`
	BenignTotal int      `json:"benign_total"`
}

// Benign is a value that a warning list knows as harmless.
type Benign struct {
	Type  string `json:"type"`
	Value string `json:"value"`
	List  string `json:"list"`
}

// Bounds of one list.
const (
	maxLine  = 64 << 10  // of a text list
	headSize = 32 << 10  // by which the form is told: feeds begin with long comments
	maxValue = 4096      // of one value or pattern
	maxList  = 256 << 20 // of a JSON document
)

// Errors of Read.
var (
	ErrFormat  = errors.New("not a list of indicators")
	ErrTooLong = errors.New("the document is larger than 256 MiB")
)

// intake is one Read under way.
type intake struct {
	o      Options
	report *Report
	add    func(Indicator) error
	err    error // of add; it ends the reading
	urls   bool  // signs that part fields are parts of URLs; see wholeURLs
}

// Read reads a list of any known format and gives each indicator to add, whose
// error ends it. source is the name under which hits name the list. What gives no
// indicator is in the report, with line and reason; an error says that the list
// cannot be read to its end, and what came before has been given.
func Read(source string, r io.Reader, o Options, add func(Indicator) error) (*Report, error) {
	if o.MaxRefused == 0 {
		o.MaxRefused = 1000
	}
	in := &intake{o: o, add: add, report: &Report{Source: source, Counts: map[Type]int{}, Refused: []Refused{}, Benign: []Benign{}}}
	br := bufio.NewReaderSize(r, maxLine)
	head, err := br.Peek(headSize)
	if err != nil && err != io.EOF && len(head) == 0 {
		return in.report, err
	}
	decoded := decode(br, head)
	if decoded != br {
		head, _ = decoded.Peek(headSize) // its fault comes back with the next read
	}
	err = in.read(decoded, head)
	return in.report, errors.Join(in.err, err)
}

func (in *intake) read(r *bufio.Reader, head []byte) error {
	switch trimmed := bytes.TrimLeft(head, " \t\r\n\ufeff"); {
	case IsIndex(head):
		return fmt.Errorf("%w: an index; use it by itself", ErrFormat)
	case bytes.HasPrefix(trimmed, []byte("{")), bytes.HasPrefix(trimmed, []byte("[")) && bytes.HasPrefix(bytes.TrimLeft(trimmed[1:], " \t\r\n"), []byte("{")):
		return in.readJSON(r)
	case bytes.ContainsRune(head, 0):
		return fmt.Errorf("%w: binary", ErrFormat)
	}
	if c, skip := heading(head); c != nil {
		in.report.Format = "csv"
		return in.readCSV(r, c, skip)
	}
	in.report.Format, in.urls = "text", wholeURLs(head)
	return in.readText(r)
}

// decode undoes UTF-16, which is known by its mark or by its zero bytes.
func decode(r *bufio.Reader, head []byte) *bufio.Reader {
	little, big := bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff})
	if !little && !big && len(head) >= 4 {
		little, big = head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0, head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0
	}
	if !little && !big {
		return r
	}
	return bufio.NewReaderSize(&utf16Reader{r: r, big: big}, maxLine)
}

// eachLine calls do with each line, from 1, without its end, as UTF-8: a line
// that is none is Latin-1. Lines over the bound are refused.
func (in *intake) eachLine(r *bufio.Reader, do func(n int, line string)) error {
	for n := 1; in.err == nil; n++ {
		line, err := r.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			in.refuse(Refused{Line: n, Text: string(line[:80]), Reason: "the line is longer than 64 KiB"})
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = r.ReadSlice('\n')
			}
			line = nil
		}
		if text := strings.TrimRight(latin1(line), "\r\n"); text != "" {
			do(n, text)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return nil
}

func latin1(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	out := make([]rune, len(b))
	for i, c := range b {
		out[i] = rune(c)
	}
	return string(out)
}

// take gives one indicator on, unless it is private or benign.
func (in *intake) take(i Indicator, line int, text string) {
	if in.err != nil {
		return
	}
	if i.Source = in.report.Source; len(i.Value) > maxValue {
		in.refuse(Refused{Line: line, Ref: i.Ref, Text: text, Reason: "too long"})
		return
	}
	parts := i.All
	if len(parts) == 0 {
		parts = []Indicator{i}
	}
	for k := range parts {
		if isPrivate(&parts[k]) && !in.o.Private {
			in.refuse(Refused{Line: line, Ref: i.Ref, Text: text, Reason: errPrivate.Error()})
			return
		}
		if list := in.o.Warnings.Benign(parts[k]); list != "" {
			if in.benign(parts[k], list); in.o.DropBenign {
				in.refuse(Refused{Line: line, Ref: i.Ref, Text: text, Reason: "benign: " + list})
				return
			}
			i.Benign = list
		}
	}
	if in.err = in.add(i); in.err != nil {
		return
	}
	if len(i.All) > 0 {
		in.report.Patterns++
	} else {
		in.report.Counts[i.Type]++
	}
}

func (in *intake) benign(i Indicator, list string) {
	if in.report.BenignTotal++; len(in.report.Benign) < in.o.MaxRefused {
		in.report.Benign = append(in.report.Benign, Benign{Type: i.Type.String(), Value: i.Value, List: list})
	}
}

func (in *intake) refuse(r Refused) {
	in.report.RefusedTotal++
	if len(in.report.Refused) < in.o.MaxRefused {
		r.Source, r.Text = in.report.Source, shorten(r.Text)
		in.report.Refused = append(in.report.Refused, r)
	}
}

func shorten(s string) string {
	if len(s) <= 160 {
		return s
	}
	cut := 160
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// isPrivate reports whether an address or network is private or reserved.
func isPrivate(i *Indicator) bool {
	switch i.Type {
	case IPv4, IPv6:
		a, err := netip.ParseAddr(i.Value)
		return err == nil && private(netip.PrefixFrom(a, a.BitLen()))
	case CIDR:
		p, err := netip.ParsePrefix(i.Value)
		return err == nil && private(p)
	case URL:
		a, err := netip.ParseAddr(urlHost(i.Value))
		return err == nil && private(netip.PrefixFrom(a, a.BitLen()))
	}
	return false
}
