package kev

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"ward/format/cve"
	"ward/format/problem"
)

// wire holds the members of both catalogues; texts takes a string, an array
// or "-" for each.
type wire struct {
	CVE          texts `json:"cveID"`
	EUVD         texts `json:"euvdID"`
	Vendor       texts `json:"vendorProject"`
	Product      texts `json:"product"`
	Name         texts `json:"vulnerabilityName"`
	Description  texts `json:"shortDescription"`
	Action       texts `json:"requiredAction"`
	Added        texts `json:"dateAdded"`
	Reported     texts `json:"dateReported"`
	Due          texts `json:"dueDate"`
	Patched      texts `json:"patchedSince"`
	Ransomware   texts `json:"knownRansomwareCampaignUse"`
	Exploitation texts `json:"exploitationType"`
	Actors       texts `json:"threatActorsExploiting"`
	CWEs         texts `json:"cwes"`
	Notes        texts `json:"notes"`
	Origin       texts `json:"originSource"`

	// The dump of several catalogues spells the identifiers otherwise.
	DumpCVE  texts `json:"cveId"`
	DumpEUVD texts `json:"euvdId"`
	Sources  texts `json:"sources"`
}

// ofEU reports whether one of a dump's catalogues is the EU's: "eu_kev" in ENISA's
// documentation, "eukev_kev" in what it serves.
func ofEU(sources []string) bool {
	return slices.ContainsFunc(sources, func(s string) bool { return s == "eu_kev" || s == "eukev_kev" })
}

// texts is a list of strings in any of the spellings seen: "a", "a, b" stays
// one, ["a","b"], "-" and null are none.
type texts []string

// UnmarshalJSON reads one of the spellings; another type is an error.
func (t *texts) UnmarshalJSON(data []byte) error {
	var list []string
	if len(data) > 0 && data[0] == '[' {
		if err := json.Unmarshal(data, &list); err != nil {
			return err
		}
	} else if string(data) != "null" {
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		list = []string{s}
	}
	*t = nil
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" && s != "-" {
			*t = append(*t, s)
		}
	}
	return nil
}

// one joins a list where one text is expected.
func (t texts) one() string { return strings.Join(t, ", ") }

// decode makes an entry of one element. What is missing stays empty, but for
// the identifier and the day, without which an entry cannot be used.
func decode(v jsontext.Value, source Source) (Entry, *problem.Problem) {
	var w wire
	if err := json.Unmarshal(v, &w); err != nil {
		return Entry{}, &problem.Problem{Place: "", Rule: "type", Detail: problem.Clip(err.Error())}
	}
	return w.entry(source)
}

// entry makes one of what was read, in whatever form it came.
func (w *wire) entry(source Source) (Entry, *problem.Problem) {
	dump := len(w.DumpCVE) > 0
	if dump {
		w.CVE, w.EUVD, w.Reported = w.DumpCVE, w.DumpEUVD, w.Added
		if !ofEU(w.Sources) {
			source = CISA
		}
	}
	e := Entry{CVE: w.CVE.one(), EUVD: w.EUVD.one(), Vendor: w.Vendor.one(), Product: w.Product.one(), Name: w.Name.one(),
		Description: w.Description.one(), Action: w.Action.one(), Exploitation: w.Exploitation, Actors: w.Actors, CWEs: w.CWEs,
		Notes: w.Notes.one(), Source: source, Origin: w.Origin.one()}
	if !cve.ValidID(e.CVE) {
		return e, &problem.Problem{Place: "cveID", Rule: "pattern", Detail: fmt.Sprintf("%q is no CVE identifier", problem.Clip(e.CVE))}
	}
	e.Ransomware = strings.EqualFold(w.Ransomware.one(), "known")
	for _, kind := range w.Exploitation {
		e.Ransomware = e.Ransomware || strings.Contains(strings.ToLower(kind), "ransomware")
	}
	added, name := w.Added, "dateAdded"
	if source == EU && !dump && (len(w.Reported) > 0 || len(w.Added) == 0) {
		added, name = w.Reported, "dateReported"
	}
	return e, days([]dated{{name, added.one(), &e.Added, true}, {"dueDate", w.Due.one(), &e.Due, false}, {"patchedSince", w.Patched.one(), &e.Patched, false}})
}

// dated is one date member: its name for the message, its text, where it goes.
type dated struct {
	name, text string
	to         *time.Time
	required   bool
}

// dayForms are the spellings of days: that of JSON with either sign between, the
// day first of the older tables, and that of ENISA's database in its own answers
// ("Jul 14, 2025, 12:00:00 AM").
var dayForms = [...]string{time.DateOnly, "02-01-06", "02-01-2006", "Jan 2, 2006, 3:04:05 PM"}

// readDay reads a day in any of them; of a moment its day.
func readDay(s string) (time.Time, error) {
	text := strings.ReplaceAll(s, "/", "-")
	if day, clock, ok := strings.Cut(text, "T"); ok && strings.Contains(clock, ":") {
		text = day
	}
	for _, form := range dayForms {
		if t, err := time.Parse(form, text); err == nil {
			return t.Truncate(24 * time.Hour), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no date", problem.Clip(s))
}

// days fills in dates; "tbc" stands in tables for one that is not known yet.
func days(list []dated) *problem.Problem {
	for _, d := range list {
		if (d.text == "" || strings.EqualFold(d.text, "tbc")) && !d.required {
			continue
		}
		t, err := readDay(d.text)
		if err != nil {
			return &problem.Problem{Place: d.name, Rule: "format", Detail: err.Error()}
		}
		*d.to = t
	}
	return nil
}
