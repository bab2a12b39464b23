package picture

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
	"strconv"

	"ward"
	"ward/format/tally"
)

// Hidden stands for what a row of the cover does not say.
const Hidden = "~"

// hiddenDay is a day that is not said.
const hiddenDay = -1 << 30

// Row is what figures are made of: cases that are alike. A row of one case is the
// case itself; a row of the cover says of its cases only what at least ten
// organisations have in common.
type Row struct {
	*Case
	N      int
	Of     side           // what a row of the cover is counted for
	Span   int            // days from Day on that it covers: 1, a month, a year
	Shares map[string]int // of N, by service or sign; nil where the case says it itself
}

// side is the one thing that a row of the cover tells beside country and year.
type side string

const (
	itself  side = "" // no row of the cover
	when    side = "month"
	why     side = "cause"
	who     side = "sector"
	by      side = "family"
	hurt    side = "impact"
	sharing side = "shares"
	fresh   side = "fresh" // came within a day
)

// The cover. Cases are divided by country and then by calendar year; each such
// group is told from several sides, one at a time: its months, its causes, its
// kinds of organisations, its families, its impact, what is out. Each division is
// into parts of at least tally.Threshold organisations; what is too small goes
// together into a part that does not say its word, with as many of the next
// smallest as it takes to be as large. So in each figure, by rows or totals, page
// or file, every number and every difference of two is about nobody or about ten.
//
// No number is exact: noise is added, made of the secret and of the very set of
// cases, so that asking again says the same, and the sum is rounded to tally.Step.
// A case is in one row of each side, whatever is asked and however often: there
// are six numbers in which it could be looked for, and each says next to nothing
// of one case more or less (two-sided geometric noise, a factor of e to the 1/2).
// Numbers of two sides cannot be taken from each other with profit for the same
// reason, and two filters at once are answered by nothing.
type cover struct{ secret []byte }

// rows covers cases.
func (v cover) rows(cases []*Case) []Row {
	if organisations(cases) < tally.Threshold {
		return nil
	}
	var out []Row
	for _, c := range parts(cases, func(c *Case) string { return string(c.Country) }) {
		for _, y := range parts(c.cases, year) {
			said := Case{Source: Reported, Country: ward.Country(c.word), Day: dayOfWord(y.word), Sector: Hidden, Reason: Hidden, Cause: Hidden, Family: Hidden, Impact: Hidden}
			out = append(out, v.sides(y.cases, said)...)
		}
	}
	return out
}

// sides tells a group of one country and year from each side.
func (v cover) sides(cases []*Case, said Case) []Row {
	n := v.told(sharing, cases)
	whole := said
	out := []Row{{Case: &whole, N: n, Of: sharing, Span: daysOfYear, Shares: v.shares(cases, n)}}
	for _, s := range []struct {
		of   side
		word func(*Case) string
		say  func(*Case, string)
	}{{when, month, func(c *Case, w string) {}},
		{why, func(c *Case) string { return c.Cause }, func(c *Case, w string) { c.Cause = w }},
		{who, func(c *Case) string { return c.Sector }, func(c *Case, w string) { c.Sector = w }},
		{by, func(c *Case) string { return c.Family }, func(c *Case, w string) { c.Family = w }},
		{hurt, func(c *Case) string { return c.Impact }, func(c *Case, w string) { c.Impact = w }}} {
		for _, p := range parts(cases, s.word) {
			next, span := said, daysOfYear
			if s.of == when && p.word != Hidden {
				next.Day = dayOfWord(p.word)
				span = dayOf(dayTime(next.Day).AddDate(0, 1, 0)) - next.Day
			}
			s.say(&next, p.word)
			out = append(out, Row{Case: &next, N: v.told(s.of, p.cases), Of: s.of, Span: span})
		}
	}
	return out
}

// daysOfYear is the span of a row of a year; a leap day more asks for no more.
const daysOfYear = 365

func month(c *Case) string {
	t := dayTime(c.Day)
	return strconv.Itoa(c.Day + 1 - t.Day())
}

func year(c *Case) string {
	t := dayTime(c.Day)
	return strconv.Itoa(c.Day + 1 - t.YearDay())
}

// dayOfWord reads a word of month or year.
func dayOfWord(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return hiddenDay
}

// organisations counts the different ones.
func organisations(cases []*Case) int {
	seen := make(map[string]struct{}, min(len(cases), 1024))
	for _, c := range cases {
		seen[c.Org] = struct{}{}
	}
	return len(seen)
}

// part is a group under one word.
type part struct {
	word  string
	cases []*Case
	orgs  int
}

// parts divides cases by a word; what is too small is pooled under Hidden with
// as many of the next smallest as it takes. All in one part under Hidden when
// nothing can stand alone.
func parts(cases []*Case, word func(*Case) string) []part {
	byWord := map[string][]*Case{}
	for _, c := range cases {
		w := word(c)
		byWord[w] = append(byWord[w], c)
	}
	all := make([]part, 0, len(byWord))
	for w, list := range byWord {
		all = append(all, part{w, list, organisations(list)})
	}
	slices.SortFunc(all, func(a, b part) int { return cmp.Or(cmp.Compare(b.orgs, a.orgs), cmp.Compare(a.word, b.word)) })
	pool := part{word: Hidden}
	for len(all) > 0 {
		last := all[len(all)-1]
		if last.orgs >= tally.Threshold && (len(pool.cases) == 0 || pool.orgs >= tally.Threshold) {
			break
		}
		pool.cases = append(pool.cases, last.cases...)
		pool.orgs = organisations(pool.cases)
		all = all[:len(all)-1]
	}
	if len(pool.cases) > 0 {
		all = append(all, pool)
	}
	return all
}

// shares tells how many of a group have a service out or a sign: only where those
// that have it and those that have it not are each nobody or enough.
func (v cover) shares(cases []*Case, n int) map[string]int {
	with := map[string][]*Case{}
	for _, c := range cases {
		for _, s := range c.Services {
			with[servicePrefix+s] = append(with[servicePrefix+s], c)
		}
		for _, s := range c.Signs {
			with[s] = append(with[s], c)
		}
	}
	out := map[string]int{}
	for s, list := range with {
		without := slices.DeleteFunc(slices.Clone(cases), func(c *Case) bool { return c.has(s) })
		if organisations(list) >= tally.Threshold && (len(without) == 0 || organisations(without) >= tally.Threshold) {
			out[s] = min(n, v.told(side(s), list))
		}
	}
	return out
}

// servicePrefix keeps services and signs apart in Shares.
const servicePrefix = "service:"

func (c *Case) has(share string) bool {
	if len(share) > len(servicePrefix) && share[:len(servicePrefix)] == servicePrefix {
		return slices.Contains(c.Services, share[len(servicePrefix):])
	}
	return slices.Contains(c.Signs, share)
}

// spread is the scale of the noise: one case more or less changes the odds of any
// number by e to the power 1/spread at most.
const spread = 2.0

// told is the number that is said of a group.
func (v cover) told(of side, cases []*Case) int {
	var set uint64
	for _, c := range cases {
		set += c.key
	}
	h := hmac.New(sha256.New, v.secret)
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], set)
	binary.BigEndian.PutUint64(b[8:], uint64(len(cases)))
	h.Write(b[:])
	h.Write([]byte(of)) // another side of the same group is another look at it, and must not be the same noise
	sum := h.Sum(nil)
	n := len(cases) + geometric(sum[:8]) - geometric(sum[8:16])
	return max(tally.Step, (n+tally.Step/2)/tally.Step*tally.Step)
}

// geometric makes a number of eight bytes: k with a probability that falls by
// e to the -1/spread with each k.
func geometric(b []byte) int {
	u := (float64(binary.BigEndian.Uint64(b)>>11) + 0.5) / (1 << 53) // in (0, 1)
	return int(math.Floor(-math.Log(u) * spread))
}
