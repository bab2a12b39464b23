package redact

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"ward/format/plain"
)

// Kind is what was taken out.
type Kind string

const (
	Person  Kind = "person"
	Patient Kind = "patient id"
	Number  Kind = "national number" // national register, social or health insurance
	Mail    Kind = "e-mail"          // the part before the @
	Phone   Kind = "phone"
	Birth   Kind = "date of birth"
	Address Kind = "address"
)

// Options of a redactor; the zero value is useful.
type Options struct {
	// Key makes tags: [person 3fa9c1d2]. Whoever lacks it cannot try names out.
	// Empty leaves the kind alone.
	Key []byte
}

// Redactor is safe for concurrent use.
type Redactor struct {
	key   []byte
	rules *rules
}

// New makes a redactor.
func New(o Options) *Redactor { return &Redactor{key: o.Key, rules: builtin()} }

// Found counts what was taken out.
type Found map[Kind]int

// span is one find in a text.
type span struct {
	from, to int
	kind     Kind
}

// maxText bounds a text in bytes; what is beyond is left out with a mark, since
// what was not looked at must not leave.
const maxText = 256 << 10

// Text takes personal data out of a line. What equals one of keep stays: the
// indicator that was found is the reason why the line is sent.
func (r *Redactor) Text(s string, keep ...string) (string, Found) {
	tail := ""
	if len(s) > maxText {
		s, tail = s[:maxText], "…"
	}
	s = plain.Decoded(s)
	spans := r.rules.find(s)
	spans = slices.DeleteFunc(spans, func(p span) bool { return kept(s, p, keep) })
	out, found := r.replace(s, spans)
	return out + tail, found
}

// Field takes personal data out of the value of a field: all of it where the
// field's name says that it names a person, else as in a text.
func (r *Redactor) Field(name, value string, keep ...string) (string, Found) {
	kind, telling := r.rules.kind(name)
	if !telling || slices.Contains(keep, value) {
		return r.Text(value, keep...)
	}
	from, to := 0, len(value)
	if kind == Person {
		if from, to = account(value); from >= to || r.rules.system[strings.ToLower(value[from:to])] || strings.HasSuffix(value[from:to], "$") {
			return r.Text(value, keep...)
		}
	}
	if strings.Trim(value, " -?") == "" || strings.HasPrefix(value, "[") && strings.HasSuffix(value, "]") {
		return value, nil
	}
	return r.replace(value, []span{{from, to, kind}})
}

// Line is Text for a line of which the fields are known: what a naming field
// holds is taken out wherever it stands in the line, also where the line itself
// has no name for it (the user in an access log). Fields are pairs of name and
// value.
func (r *Redactor) Line(s string, fields [][2]string, keep ...string) (string, Found) {
	if len(s) > maxText {
		return r.Text(s, keep...)
	}
	s = plain.Decoded(s)
	spans := r.rules.find(s)
	for _, f := range fields {
		kind, telling := r.rules.kind(f[0])
		if !telling {
			continue
		}
		for _, part := range r.rules.named(f[1], 0, kind) {
			value := f[1][part.from:part.to]
			spans = append(spans, everywhere(s, value, kind)...)
			if strings.Contains(s, `\u`) && strings.ContainsFunc(value, func(c rune) bool { return c >= 0x80 }) {
				spans = append(spans, everywhere(s, escaped(value, `\u%04x`), kind)...)
				spans = append(spans, everywhere(s, escaped(value, `\u%04X`), kind)...)
			}
		}
	}
	return r.replace(s, slices.DeleteFunc(spans, func(p span) bool { return kept(s, p, keep) }))
}

// escaped is a value as JSON writes it that is to hold ASCII alone (RFC 8259, section
// 7): M\u00fcller.
func escaped(s, form string) string {
	var b strings.Builder
	for _, c := range s {
		if c < 0x80 {
			b.WriteRune(c)
			continue
		}
		for _, unit := range utf16.Encode([]rune{c}) {
			fmt.Fprintf(&b, form, unit)
		}
	}
	return b.String()
}

// everywhere finds a value where it stands as a word. One of one or two
// characters is too short to be told from others.
func everywhere(s, value string, kind Kind) []span {
	var out []span
	if len(value) < 3 {
		return nil
	}
	for at := 0; ; {
		i := strings.Index(s[at:], value)
		if i < 0 {
			return out
		}
		from, to := at+i, at+i+len(value)
		before, _ := utf8.DecodeLastRuneInString(s[:from])
		after, _ := utf8.DecodeRuneInString(s[to:])
		if !word(before) && !word(after) {
			out = append(out, span{from, to, kind})
		}
		at = to
	}
}

// Telling reports whether a field's name says that its value names or numbers a
// person.
func Telling(name string) bool {
	_, telling := builtin().kind(name)
	return telling
}

// kind is what a field's name says of its value. Below others it says the same, as long
// as two parts of it are left: entry.resource.agent.name is agent.name.
func (r *rules) kind(name string) (Kind, bool) {
	for {
		if kind, telling := r.fields[foldName(name)]; telling {
			return kind, true
		}
		_, rest, below := strings.Cut(name, ".")
		if !below || !strings.Contains(rest, ".") {
			return "", false
		}
		name = rest
	}
}

// account finds the name in DOMAIN\name, name@domain and uid numbers, which
// name nobody outside of their machine.
func account(v string) (from, to int) {
	to = len(v)
	if i := strings.LastIndexByte(v, '\\'); i >= 0 {
		from = i + 1
	} else if i := strings.IndexByte(v, '@'); i > 0 {
		to = i
	}
	if strings.Trim(v[from:to], "0123456789") == "" && to-from < 8 || strings.HasPrefix(v[from:to], "S-1-") {
		return 0, 0
	}
	return from, to
}

// kept reports whether a find is, or lies in, what has to stay.
func kept(s string, p span, keep []string) bool {
	for _, k := range keep {
		if k = plain.Decoded(k); k == "" {
			continue
		}
		for at := 0; ; {
			i := strings.Index(s[at:], k)
			if i < 0 {
				break
			}
			if at += i; p.from >= at && p.to <= at+len(k) {
				return true
			}
			at++
		}
	}
	return false
}

// replace puts marks for the finds; of two that overlap the longer counts, and
// both are gone.
func (r *Redactor) replace(s string, spans []span) (string, Found) {
	if len(spans) == 0 {
		return s, nil
	}
	slices.SortFunc(spans, func(a, b span) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return b.to - a.to
	})
	var out strings.Builder
	found := Found{}
	at := 0
	for i := 0; i < len(spans); {
		p := spans[i]
		longest := p
		for i++; i < len(spans) && spans[i].from < p.to; i++ {
			if spans[i].to-spans[i].from > longest.to-longest.from {
				longest = spans[i]
			}
			p.to = max(p.to, spans[i].to)
		}
		out.WriteString(s[at:p.from])
		out.WriteString(r.mark(longest.kind, s[p.from:p.to]))
		found[longest.kind]++
		at = p.to
	}
	out.WriteString(s[at:])
	return out.String(), found
}

// mark is what stands for a value. Case and blanks around do not make another.
func (r *Redactor) mark(k Kind, value string) string {
	if len(r.key) == 0 {
		return "[" + string(k) + "]"
	}
	h := hmac.New(sha256.New, r.key)
	h.Write([]byte(string(k) + "\n" + strings.ToLower(strings.TrimSpace(value))))
	return "[" + string(k) + " " + hex.EncodeToString(h.Sum(nil)[:4]) + "]"
}
