package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ward/format/pattern"
)

// find gives all finds in a text, in no order; they may overlap.
func (r *rules) find(s string) []span {
	var out []span
	out = append(out, hl7(s)...)
	out = append(out, dicom(s)...)
	out = append(out, r.pairs(s)...)
	out = append(out, r.phrases(s)...)
	out = append(out, r.paths(s)...)
	out = append(out, r.mails(s)...)
	for _, kind := range [...]Kind{Patient, Number, Phone, Birth, Person} {
		out = append(out, r.labelled(s, kind)...)
	}
	out = append(out, r.alone(s)...)
	return append(out, phones(s)...)
}

// alone finds numbers of persons whose form and check need no label.
func (r *rules) alone(s string) []span {
	digits := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			digits++
		}
	}
	if digits < 2 { // an Italian code may have letters for most of its digits
		return nil
	}
	var out []span
	for i := range r.numbers {
		f := &r.numbers[i]
		if !f.alone {
			continue
		}
		for _, at := range f.form.FindAllStringIndex(s, -1) {
			if text := s[at[0]:at[1]]; standsAlone(s, at[0], at[1]) && f.fits(text) && !epochLike(text) {
				out = append(out, span{at[0], at[1], Number})
			}
		}
	}
	return out
}

// fits runs the check on what is left without blanks and signs; of a Finnish
// number the sign is a part.
func (f *number) fits(text string) bool {
	if f.country == "FI" {
		return f.check(strings.ToUpper(text))
	}
	return f.check(strings.ToUpper(strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, text)))
}

// epochLike are ten digits that count seconds since 1970 up to the year 2036.
func epochLike(text string) bool {
	return len(text) == 10 && strings.Trim(text, "0123456789") == "" && (text[0] == '1' || text[:2] == "20")
}

// standsAlone: no letter, digit or sign that makes it a part of something
// longer (an address, a GUID, a decimal) is beside it.
func standsAlone(s string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	after, size := utf8.DecodeRuneInString(s[to:])
	if word(before) || strings.ContainsRune(".-+,@%", before) && before != utf8.RuneError {
		return false
	}
	if word(after) || after == '-' || after == '@' || after == '%' {
		return false
	}
	if after == '.' || after == ',' || after == ':' {
		next, _ := utf8.DecodeRuneInString(s[to+size:])
		return !unicode.IsDigit(next)
	}
	return true
}

func word(c rune) bool {
	return c != utf8.RuneError && (unicode.IsLetter(c) || unicode.IsDigit(c) || c == '_')
}

// values are the forms of what stands behind a label of a kind, with the signs
// between. The first group is the value.
var values = map[Kind]pattern.Pattern{
	Patient: pattern.Of(`^[\s.]*(?i:nummer|number|no|nr|id|n°|nº)?[\s.:=#"'\[(-]{1,5}([\pL]{0,5}[-_/]?\d[\pL\d_/.-]{1,40})`),
	Number:  pattern.Of(`^[\s.]*(?i:nummer|number|no|nr|id|n°|nº)?[\s.:=#"'\[(-]{1,5}([\pL]{0,6}\d[\pL\d]*(?:[ ./+-]?[\pL\d]*\d[\pL\d]*){0,8}[\pL]?)`),
	Phone:   pattern.Of(`^[\s.]*(?i:nummer|number|no|nr)?[\s.:=#"'\[-]{1,5}(\(?\+?\(?\d[\d ()/.-]{4,22}\d)`),
	Birth:   pattern.Of(`^[\s.:=#"'\[(*-]{1,5}(\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4}|\d{8}\b|\d{1,2}\.?\s(?:de\s)?\pL{3,14}\.?\s(?:de\s)?\d{4})`),
	Person:  pattern.Of(`^[\s.:="'\[]{1,5}(\p{Lu}[\pL'’-]*\.?(?:,?[ ]+(?:(?:van|von|de|da|di|der|den|del|della|la|le|ten|ter|zu|av|af|dos|das|do|el|al|ní|nic|bin|y)[ ]+){0,2}\p{Lu}[\pL'’-]*\.?){0,3})`),
}

// twoNames is a name of at least two words, or one behind a colon or equals
// sign: "Patient Portal" is one word behind a blank.
var twoNames = pattern.Of(`^(?:[\s]*[:=]+[\s"']*\p{Lu}[\pL'’-]+|[\s]+\p{Lu}[\pL'’-]+,?[ ]+\p{Lu}[\pL'’-]+)(?:,?[ ]+\p{Lu}[\pL'’-]+){0,2}`)

// labelled finds values behind the labels of a kind.
func (r *rules) labelled(s string, kind Kind) []span {
	var out []span
	for _, at := range r.labels[kind].find(s) {
		rest := s[at[1]:]
		if kind == Person && !titled(s[at[0]:at[1]], rest) {
			continue
		}
		m := values[kind]().FindStringSubmatchIndex(rest)
		switch {
		case m == nil && kind == Patient:
			if m := twoNames().FindStringIndex(rest); m != nil {
				lead := len(rest[:m[1]]) - len(strings.TrimLeft(rest[:m[1]], " \t:=\"'"))
				out = append(out, span{at[1] + lead, at[1] + m[1], Person})
			}
		case m != nil && rest[m[2]-1] == '(' && !strings.HasPrefix(rest[m[3]:], ")"): // the bracket is of something else
		case m == nil, kind == Number && digitsIn(rest[m[2]:m[3]]) < 3, kind == Patient && digitsIn(rest[m[2]:m[3]]) < 2:
		default:
			to := m[3]
			if first := strings.IndexByte(rest[m[2]:m[3]], ' '); kind == Number && first > 0 && digitsIn(rest[m[2]:m[2]+first]) >= 8 {
				to = m[2] + first // whole before the first blank; what follows is another word
			}
			out = append(out, span{at[1] + m[2], at[1] + to, kind})
		}
	}
	return out
}

// titled: a title is written with a capital, a label with a colon behind it.
func titled(label, rest string) bool {
	first, _ := utf8.DecodeRuneInString(label)
	return unicode.IsUpper(first) || strings.HasPrefix(strings.TrimLeft(rest, " "), ":") || strings.HasPrefix(rest, "=")
}

func digitsIn(s string) (n int) {
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}

var mailForm = pattern.Of(`([\pL\pN._%+'-]{1,64})(?:@|%40)[\pL\pN-]+(?:\.[\pL\pN-]+)+`)

// roles are mailboxes of nobody in particular.
var roles = map[string]bool{"info": true, "support": true, "noreply": true, "no-reply": true, "postmaster": true, "abuse": true, "security": true,
	"hostmaster": true, "webmaster": true, "mailer-daemon": true, "helpdesk": true, "soc": true, "cert": true, "csirt": true, "contact": true, "office": true}

// mails finds the part of a mail address that names a person.
func (r *rules) mails(s string) []span {
	var out []span
	for _, m := range mailForm().FindAllStringSubmatchIndex(s, -1) {
		name := strings.ToLower(s[m[2]:m[3]])
		if !roles[name] && !r.system[name] {
			out = append(out, span{m[2], m[3], Mail})
		}
	}
	return out
}

// phoneForm is a number in international form; in national form it needs a
// label, because nothing tells it from other numbers.
var phoneForm = pattern.Of(`(?:\+[1-9]|\b00[1-9]\d{1,2}[ /-])(?:[ ()./-]{0,3}\d){7,13}`)

func phones(s string) []span {
	var out []span
	for _, m := range phoneForm().FindAllStringIndex(s, -1) {
		before, _ := utf8.DecodeLastRuneInString(s[:m[0]])
		after, _ := utf8.DecodeRuneInString(s[m[1]:])
		if !word(before) && !word(after) && before != '.' && after != ':' {
			out = append(out, span{m[0], m[1], Phone})
		}
	}
	return out
}
