package picture

import (
	"slices"
	"strings"
	"time"

	"ward"
	"ward/kit/event"
)

// Source is where the picture knows an incident from.
type Source string

// Sources: reports to this house, and history from two public collections.
const (
	Reported Source = "report"
	VCDB     Source = "vcdb" // VERIS Community Database
	HHS      Source = "hhs"  // breaches of health data told to the US health authority
)

// History reports whether s is public, and nobody's confidence.
func (s Source) History() bool { return s == VCDB || s == HHS }

// Case is one incident as the picture knows it. Words are those of the fact;
// empty is not known.
type Case struct {
	Mark, Org string // pseudonyms
	Source    Source
	Country   ward.Country // of history any; else a Member State
	Day       int          // days since 1970, UTC
	Sector    string
	Reason    string
	Cause     string
	Family    string // of ransomware; OtherFamily for one that no catalogue knows
	Impact    string // on care: see ImpactOf
	Supplier  string // mark
	Services  []string
	Signs     []string
	// Times of the stages, zero when not sent.
	Aware, Early, Notification, Final time.Time

	Told         time.Time // when the sending was sent that this says
	Sending      string
	Known        time.Time
	Born, Serial int64
	key          uint64 // of Mark, for the cover
}

// OtherFamily is a family that was named and that no catalogue knows.
const OtherFamily = "other"

// Signs of a case beside its services: what is yes in it, and which clocks were
// kept. "_kept" and "_late" follow a stage's word.
var signWords = []string{"significant", "cross_border", "malicious", "ransomware", "diverted", "emergency", "cancelled", "paper", "data_stolen"}

// clockStages are the stages that have a clock of their own (NIS2 Art. 23(4)).
var clockStages = []string{"early", "notification", "final"}

const secondsOfDay = 86400

// dayOf counts days since 1970 in UTC; dayTime is its beginning.
func dayOf(t time.Time) int { return int(t.Unix() / secondsOfDay) }

func dayTime(day int) time.Time { return time.Unix(int64(day)*secondsOfDay, 0).UTC() }

// fold puts a fact into a case. What a case says is what its newest sending
// says, so facts may come in any order and twice; times of stages are those of
// the first sending of each.
func (c Case) fold(m event.Meta, f ward.IncidentReported, family, supplier string) (out Case) {
	c.stage(m, f)
	defer func() { out.Day = out.date() }()
	if m.At.Before(c.Told) || m.At.Equal(c.Told) && f.Sending < c.Sending {
		return c
	}
	clocks := slices.DeleteFunc(slices.Clone(c.Signs), func(s string) bool { return !clockSign(s) })
	c.Told, c.Sending = m.At, f.Sending
	c.Country, c.Sector, c.Reason, c.Cause, c.Family, c.Supplier = f.Country, string(f.Kind), f.Reason, settled(f.Cause), family, supplier
	if f.Aware != nil {
		c.Aware = *f.Aware
	}
	c.Impact = ImpactOf(f)
	c.Services = codes(f.Services)
	c.Signs = append(signsOf(f), clocks...)
	slices.Sort(c.Signs)
	return c
}

// date is the day that a case is counted at: when the organisation became aware,
// or when it first told.
func (c *Case) date() int {
	first := c.Told
	for _, t := range []time.Time{c.Early, c.Notification, c.Final} {
		if !t.IsZero() && t.Before(first) {
			first = t
		}
	}
	if !c.Aware.IsZero() && c.Aware.Before(first) {
		first = c.Aware
	}
	return dayOf(first)
}

// stage notes when a stage was first sent, and whether in time.
func (c *Case) stage(m event.Meta, f ward.IncidentReported) {
	at := map[string]*time.Time{"early": &c.Early, "notification": &c.Notification, "final": &c.Final}[f.Stage]
	if at == nil || !at.IsZero() && !m.At.Before(*at) {
		return
	}
	*at = m.At
	c.Signs = slices.DeleteFunc(slices.Clone(c.Signs), func(s string) bool { return s == f.Stage+"_kept" || s == f.Stage+"_late" })
	if f.Due == nil {
		return
	}
	if m.At.After(*f.Due) {
		c.Signs = append(c.Signs, f.Stage+"_late")
	} else {
		c.Signs = append(c.Signs, f.Stage+"_kept")
	}
	slices.Sort(c.Signs)
}

func clockSign(s string) bool { return strings.HasSuffix(s, "_kept") || strings.HasSuffix(s, "_late") }

func settled(word string) string {
	if word == "unknown" {
		return ""
	}
	return word
}

// codes keeps at most sixty short codes, each once.
func codes(list []string) []string {
	var out []string
	for _, s := range list {
		if s != "" && len(s) <= 40 && !strings.ContainsAny(s, " \n") && !slices.Contains(out, s) && len(out) < 60 {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return out
}

func signsOf(f ward.IncidentReported) []string {
	holds := map[string]bool{"significant": f.Significant == "yes", "cross_border": f.CrossBorder == "yes",
		"malicious": f.Malicious == "suspected" || f.Malicious == "confirmed", "ransomware": f.Ransomware == "yes", "diverted": f.Diverted == "yes",
		"emergency": f.Department == "closed" || f.Department == "restricted", "cancelled": f.Cancelled > 0, "paper": f.Paper, "data_stolen": f.DataStolen == "yes" || f.DataStolen == "confirmed"}
	var out []string
	for _, s := range signWords {
		if holds[s] {
			out = append(out, s)
		}
	}
	return out
}

// Levels of the impact on care, and what each counts in the index of 0 to 100.
var levels = []string{"none", "low", "medium", "high"}

var levelPoints = map[string]float64{"none": 0, "low": 10, "medium": 35, "high": 75}

// ImpactOf is the level of a report's impact on care: points for what patients
// feel, by docs/picture.md; "" when the report says nothing of it yet.
//
//	emergency department closed 30, restricted 15; ambulances diverted 20;
//	near miss 5, temporary harm 20, permanent harm 35, possible or confirmed death 50;
//	on paper 10; called off: one 5, fifty 10, a thousand 20; each service out 4, at most 20.
//
// None is 0 points, low up to 19, medium up to 49, high from 50.
func ImpactOf(f ward.IncidentReported) string {
	words := settled(f.Department) + settled(f.Diverted) + settled(f.PatientSafety)
	if words == "" && !f.Paper && f.Cancelled == 0 && len(f.Services) == 0 {
		return ""
	}
	points := map[string]int{"closed": 30, "restricted": 15}[f.Department] + map[string]int{"yes": 20}[f.Diverted] +
		map[string]int{"near_miss": 5, "temporary_harm": 20, "permanent_harm": 35, "death_possible": 50, "death_confirmed": 50}[f.PatientSafety] + min(20, 4*len(f.Services))
	if f.Paper {
		points += 10
	}
	switch {
	case f.Cancelled >= 1000:
		points += 20
	case f.Cancelled >= 50:
		points += 10
	case f.Cancelled > 0:
		points += 5
	}
	switch {
	case points == 0:
		return "none"
	case points < 20:
		return "low"
	case points < 50:
		return "medium"
	}
	return "high"
}
