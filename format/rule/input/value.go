package input

import (
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/format/problem"
	"ward/format/rule"
)

// Words for yes, no and I don't know, in plain spelling.
var (
	yesWords     = []string{"yes", "true", "y", "1", "ja", "oui", "confirmed"}
	noWords      = []string{"no", "false", "n", "0", "nein", "non", "none", "ruledout"}
	unknownWords = []string{"", "unknown", "dontknow", "idontknow", "idontknowyet", "notknown", "notyetknown", "unclear", "suspected", "underdecision", "tbd", "unbekannt", "inconnu"}
)

// answer stores one fact's value. The same said twice is said once.
func (r *reading) answer(f *rule.Fact, n *node) {
	var v any // "I don't know"
	var err error
	if n.kind == kindScalar && rule.Plain(n.text) == "suspected" && strings.HasPrefix(f.ID, "suspected_") {
		v = true // to such a question it is a yes, to all others an "I don't know"
	} else if !n.unknown() {
		v, err = r.valueOf(f, n)
	}
	before, twice := r.answers[f.ID]
	switch {
	case err != nil:
		r.fault(n, "value", "%s: %s", f.ID, err)
	case twice && !reflect.DeepEqual(v, before):
		r.fault(n, "twice", "%s is answered twice in this file", f.ID)
	default:
		r.answers[f.ID] = v
	}
}

// valueOf reads an answer in the fact's type.
func (r *reading) valueOf(f *rule.Fact, n *node) (any, error) {
	switch f.Type {
	case rule.Bool:
		return truthOf(n)
	case rule.Whole:
		return wholeOf(n)
	case rule.Word:
		return wordOf(f, n)
	case rule.List:
		return listOf(f, n)
	}
	return r.time(n)
}

// truthOf reads a yes or no. Anything else is an error, not an unknown: a word that
// we misread could hide a duty.
func truthOf(n *node) (any, error) {
	if n.kind == kindScalar {
		switch w := rule.Plain(n.text); {
		case slices.Contains(yesWords, w):
			return true, nil
		case slices.Contains(noWords, w):
			return false, nil
		}
	}
	return nil, fmt.Errorf("want yes, no or unknown, not %s", n.shown())
}

// factors of number words, in plain spelling.
var factors = map[string]int64{"": 1, "k": 1e3, "thousand": 1e3, "tsd": 1e3, "m": 1e6, "mio": 1e6, "million": 1e6, "millions": 1e6, "bn": 1e9, "billion": 1e9}

// wholeOf reads 1200, "1,200", "9.5 M", "€ 500 k". Groups of three behind a
// comma, point, blank or apostrophe are thousands. A fraction is cut off.
func wholeOf(n *node) (any, error) {
	bad := fmt.Errorf("want a whole number up to %d, not %s", int64(rule.MaxWhole), n.shown())
	if n.kind != kindScalar || len(n.text) > 40 {
		return nil, bad
	}
	s := strings.NewReplacer("€", "", "EUR", "", "eur", "", " ", "", "_", "", "'", "", "\u00a0", "", "\u202f", "").Replace(n.text)
	cut := len(s)
	if n.word {
		if cut = strings.LastIndexAny(s, "0123456789") + 1; cut == 0 {
			return nil, bad
		}
	}
	factor, ok := factors[rule.Plain(s[cut:])]
	number, rational := new(big.Rat), ungroup(s[:cut])
	if n.word && strings.ContainsAny(rational, "eE/xX") || !ok {
		return nil, bad
	}
	// An exponent of a huge number would cost memory before it is refused.
	if _, exponent, found := strings.Cut(strings.ToLower(rational), "e"); found && len(exponent) > 3 {
		return nil, bad
	}
	if _, ok := number.SetString(rational); !ok {
		return nil, bad
	}
	number.Mul(number, new(big.Rat).SetInt64(factor))
	if number.Sign() < 0 || number.Cmp(new(big.Rat).SetInt64(rule.MaxWhole)) > 0 {
		return nil, bad
	}
	return new(big.Int).Quo(number.Num(), number.Denom()).Int64(), nil
}

// ungroup takes thousands separators out: "9.000.000" and "1,200" are groups,
// "9.5" and "9,5" are fractions.
func ungroup(s string) string {
	for _, sep := range []string{",", "."} {
		parts := strings.Split(s, sep)
		grouped := len(parts) > 1
		for _, p := range parts[1:] {
			p, _, _ = strings.Cut(strings.Replace(p, ",", ".", 1), ".")
			grouped = grouped && len(p) == 3 && strings.Trim(p, "0123456789") == ""
		}
		if grouped && parts[0] != "0" {
			s = strings.Join(parts, "")
		}
	}
	return strings.Replace(s, ",", ".", 1)
}

// wordOf finds what a Word or List item means.
func wordOf(f *rule.Fact, n *node) (any, error) {
	if n.kind != kindScalar {
		return nil, fmt.Errorf("want one word, not %s", n.shown())
	}
	w := rule.Plain(n.text)
	for _, v := range f.Values {
		if rule.Plain(v) == w {
			return v, nil
		}
	}
	for same, v := range f.Same {
		if rule.Plain(same) == w {
			return v, nil
		}
	}
	return nil, fmt.Errorf("%s is not known; one of %s", n.shown(), strings.Join(f.Values, ", "))
}

// listOf reads a list, or one word with commas; repeats count once.
func listOf(f *rule.Fact, n *node) (any, error) {
	out := []string{}
	for _, item := range n.list() {
		if len(f.Values) == 0 { // countries
			out = append(out, countryWord(item.text))
			continue
		}
		v, err := wordOf(f, item)
		if err != nil {
			return nil, err
		}
		if s := v.(string); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out, nil
}

// list gives the items of an array, or of one scalar with commas.
func (n *node) list() []*node {
	if n.kind != kindScalar {
		return n.items
	}
	var out []*node
	for _, s := range strings.Split(n.text, ",") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, &node{at: n.at, text: s, word: n.word})
		}
	}
	return out
}

// shown is a value as a message quotes it.
func (n *node) shown() string {
	switch n.kind {
	case kindObject:
		return "an object"
	case kindArray:
		return "a list"
	}
	if n.word {
		return fmt.Sprintf("%q", problem.Clip(n.text))
	}
	return problem.Clip(n.text)
}

// layouts of times without an offset.
var layouts = []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"}

// offsets are layouts with one.
var offsets = []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04 Z07:00",
	"2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z0700", "2006-01-02 15:04:05 Z0700", "2006-01-02 15:04 Z0700"}

// time reads a moment. Numbers are refused: nobody can see whether they are
// seconds or milliseconds.
func (r *reading) time(n *node) (any, error) {
	text := strings.TrimSpace(n.text)
	if n.kind == kindScalar && n.word {
		text = strings.TrimSuffix(text, " UTC")
		if text != strings.TrimSpace(n.text) {
			text += "Z"
		}
		for _, l := range offsets {
			if t, err := time.Parse(l, text); err == nil {
				return inRange(t, n)
			}
		}
		for _, l := range layouts {
			if t, err := time.ParseInLocation(l, text, r.zone); err == nil {
				return inRange(firstReading(t), n)
			}
		}
	}
	return nil, fmt.Errorf("want a time such as 2027-01-30T10:00:00Z or 2027-01-30 10:00, not %s", n.shown())
}

// inRange keeps date arithmetic in the years that laws and JSON can name.
func inRange(t time.Time, n *node) (any, error) {
	if y := t.UTC().Year(); y < 1990 || y > 2200 {
		return nil, fmt.Errorf("%s: the year is not between 1990 and 2200", n.shown())
	}
	return t, nil
}

// firstReading takes the earlier of the two moments that a clock shows twice
// when summer time ends: a deadline counted from it is never too late.
func firstReading(t time.Time) time.Time {
	earlier := t.Add(-time.Hour)
	if earlier.Format(time.DateTime) == t.Format(time.DateTime) {
		return earlier
	}
	return t
}

// country reads the Member State of establishment, on which the whole law hangs.
func (r *reading) country(n *node) ward.Country {
	c, ok := ward.ParseCountry(n.text)
	if !ok {
		r.fault(n, "country", "want the two letters of a Member State, not %s", n.shown())
	}
	return c
}

// countries reads Member States; others are gone over, because the book has no
// authorities for them.
func (r *reading) countries(n *node) []ward.Country {
	var out []ward.Country
	for _, item := range n.list() {
		if c, ok := ward.ParseCountry(item.text); ok {
			out = append(out, c)
			continue
		}
		r.remarks.Add(r.place(item.at), "country", item.shown()+" is no Member State and was gone over")
	}
	return out
}

// countryWord is a country as lists hold it; others than Member States stay as
// written, because an incident may reach beyond the Union.
func countryWord(s string) string {
	if c, ok := ward.ParseCountry(s); ok {
		return string(c)
	}
	return strings.ToUpper(strings.TrimSpace(s))
}

// stamps reads {"N1": "2027-01-31T09:00Z"} or [{"duty": "N1", "at": …}].
func (r *reading) stamps(n *node, into map[string]time.Time) {
	if n.kind == kindScalar && !n.unknown() {
		r.remarks.Add(r.place(n.at), "sent", n.shown()+" names no duty with its time and was gone over")
	}
	members := n.members
	for _, item := range n.items {
		var m member
		for _, x := range item.members {
			switch rule.Plain(x.key) {
			case "duty", "id", "rule", "stage":
				m.key, m.at = x.value.text, x.at
			case "at", "time", "sentat", "sent", "by", "due":
				m.value = x.value
			}
		}
		if m.value == nil || m.key == "" {
			r.fault(item, "sent", "want a duty and a time")
			continue
		}
		members = append(members, m)
	}
	for _, m := range members {
		id := r.book.Named(m.key)
		if id == "" {
			r.remarks.Add(r.place(m.at), "unknown-duty", fmt.Sprintf("%q is no duty and was gone over", problem.Clip(m.key)))
			continue
		}
		if m.value.unknown() || m.value.kind == kindScalar && slices.Contains(noWords, rule.Plain(m.value.text)) {
			continue // not sent, as far as is known
		}
		v, err := r.time(m.value)
		if err != nil {
			r.fault(m.value, "value", "%s: %s", id, err)
			continue
		}
		into[id] = v.(time.Time)
	}
}

// sentKey reads keys such as "n2_sent_at" and "notification_submitted": the duty
// that they say was fulfilled; "" when the key is no such one.
func (r *reading) sentKey(k string) string {
	for _, ending := range []string{"sentat", "sent", "submittedat", "submitted"} {
		if duty, ok := strings.CutSuffix(k, ending); ok && duty != "" {
			return r.book.Named(duty)
		}
	}
	return ""
}
