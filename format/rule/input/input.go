// Package input reads organisations and incidents from JSON files as people write
// them: keys in any spelling, groups as they like, numbers and times in several
// forms. What it does not know it names with its place; what it cannot use is an
// error, because a misread answer could cost a deadline.
package input

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/format/problem"
	"ward/format/rule"
)

// Input keys beside the facts, in plain spelling, with what they mean.
var (
	idle     = []string{"id", "name", "title", "summary", "description", "notes", "note", "comment", "reference", "schema", "version", "organisation", "organization", "facts", "answers"}
	homes    = []string{"country", "memberstate", "establishment", "countryofestablishment"}
	zones    = []string{"zone", "timezone", "tz"}
	sents    = []string{"sent", "sentat", "submitted", "reports", "done"}
	requests = []string{"requested", "requestedby", "asked", "due"}
	earliers = []string{"earlier", "earlierincidents", "previous", "related", "relatedincidents", "history"}
	linked   = []string{"linked", "linkedenterprises", "parent", "group", "parents"}
	partners = []string{"partner", "partners", "partnerenterprises"}
	occurred = []string{"occurredin", "countries", "occurrence", "memberstates", "country"}
	risks    = []string{"risk", "risktopersons", "breachrisk", "risklevel"}
	sizes    = []string{"size", "sizeclass", "enterprisesize"}
	causes   = []string{"cause", "rootcause", "apparentcause"}
	placed   = []string{"placedin", "placedon", "availablein", "markets", "placement"}
)

// reading is one input file in progress.
type reading struct {
	book    *rule.Book
	text    []byte
	zone    *time.Location
	answers rule.Answers
	remarks problem.List // keys gone over
	faults  problem.List // values that cannot be used
}

// Profile reads an organisation from JSON. Keys are facts of the catalogue
// in any spelling of case and separators, in objects nested as you like; null and
// "unknown" mean "I don't know". The problems name keys that are not known,
// which are gone over. The error joins a problem.Problem for each value that
// cannot be used; places are "line:column".
func Profile(b *rule.Book, text []byte) (rule.Profile, []problem.Problem, error) {
	text = withoutMark(text)
	r := &reading{book: b, text: text, zone: time.UTC, answers: rule.Answers{}}
	p := rule.Profile{Answers: r.answers}
	top, err := parseJSON(text)
	if err != nil {
		return p, nil, err
	}
	r.object(top, func(k string, n *node) bool {
		switch {
		case slices.Contains(homes, k):
			p.Country = r.country(n)
		case slices.Contains(sizes, k) && n.kind == kindScalar:
			r.size(n)
		case slices.Contains(linked, k) && n.kind != kindScalar:
			r.enterprises(n, false)
		case slices.Contains(partners, k) && n.kind != kindScalar:
			r.enterprises(n, true)
		default:
			return false
		}
		return true
	})
	return p, r.remarks.Problems(), r.err()
}

// Incident reads an incident from JSON, as Profile does. A time without
// an offset is one of the file's "zone", else of home's; of the two readings in
// the hour that a clock change repeats, the earlier one counts.
func Incident(b *rule.Book, home ward.Country, text []byte) (rule.Incident, []problem.Problem, error) {
	text = withoutMark(text)
	r := &reading{book: b, text: text, zone: time.UTC, answers: rule.Answers{}}
	if p, ok := b.Country(home); ok {
		r.zone = p.Calendar().Zone
	}
	i := rule.Incident{Answers: r.answers, Sent: map[string]time.Time{}, Requested: map[string]time.Time{}}
	top, err := parseJSON(text)
	if err != nil {
		return i, nil, err
	}
	r.findZone(top)
	r.object(top, func(k string, n *node) bool {
		switch {
		case slices.Contains(zones, k):
		case slices.Contains(sents, k):
			r.stamps(n, i.Sent)
		case slices.Contains(requests, k):
			r.stamps(n, i.Requested)
		case slices.Contains(earliers, k):
			i.Earlier = r.earlier(n)
		case slices.Contains(occurred, k):
			i.Occurred = r.countries(n)
		case slices.Contains(causes, k):
			i.Cause = n.words()
		case slices.Contains(risks, k) && n.kind == kindScalar:
			r.risk(n)
		case r.sentKey(k) != "":
			r.stamps(&node{kind: kindObject, members: []member{{key: r.sentKey(k), at: n.at, value: n}}}, i.Sent)
		case slices.Contains(placed, k):
			i.Placed = r.countries(n)
		default:
			return false
		}
		return true
	})
	return i, r.remarks.Problems(), r.err()
}

// findZone reads the zone first, wherever it stands: times before it need it.
func (r *reading) findZone(top *node) {
	for _, m := range top.members {
		if !slices.Contains(zones, rule.Plain(m.key)) {
			continue
		}
		loc, err := time.LoadLocation(m.value.text)
		if err != nil || m.value.text == "" || m.value.text == "Local" {
			r.fault(m.value, "zone", "%s is no IANA time zone such as Europe/Paris", problem.Clip(m.value.text))
			return
		}
		r.zone = loc
	}
}

// object hands each member to special, then looks it up as a fact; a group of
// any other name is opened.
func (r *reading) object(n *node, special func(string, *node) bool) {
	if n.kind != kindObject {
		r.fault(n, "type", "an object { … } is wanted here")
		return
	}
	for _, m := range n.members {
		k := rule.Plain(m.key)
		fact := r.book.Spelled(k)
		if fact == nil { // amounts may name their currency
			fact = r.book.Spelled(strings.TrimSuffix(k, "eur"))
		}
		switch {
		case special(k, m.value):
		case fact != nil && fact.Of != "country" && m.value.kind != kindObject:
			r.answer(fact, m.value)
		case m.value.kind == kindObject:
			r.object(m.value, special)
		case !slices.Contains(idle, k):
			r.remarks.Add(r.place(m.at), "unknown-key", r.unknownKey(m.key))
		}
	}
}

// unknownKey names the key and one that is like it.
func (r *reading) unknownKey(key string) string {
	s := fmt.Sprintf("%q is not known and was gone over", problem.Clip(key))
	if near := r.book.Near(key); near != "" {
		s += "; is " + near + " meant?"
	}
	return s
}

// fault notes a value that cannot be used, with its place.
func (r *reading) fault(n *node, kind, format string, args ...any) {
	r.faults.Add(r.place(n.at), kind, fmt.Sprintf(format, args...))
}

// err joins all faults, so that a file is mended in one go.
func (r *reading) err() error {
	var all []error
	for _, p := range r.faults.Problems() {
		all = append(all, p)
	}
	return errors.Join(all...)
}

// place is "line:column" of an offset, both from 1.
func (r *reading) place(at int) string { return place(r.text, at) }

// place is "line:column" of an offset, both from 1; columns count letters.
func place(text []byte, at int) string {
	before := string(text[:min(at, len(text))])
	line := strings.Count(before, "\n")
	return fmt.Sprintf("%d:%d", line+1, len([]rune(before[strings.LastIndexByte(before, '\n')+1:]))+1)
}
