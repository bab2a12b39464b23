//go:build !edge

package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"ward"
	"ward/format/rule"
)

// lawRecord is one duty in the JSON of ward clock --list.
type lawRecord struct {
	Country   string      `json:"country,omitempty"` // only where a country was asked for, or alone has the duty
	ID        string      `json:"id"`
	Version   int         `json:"version"`
	Titles    rule.Text   `json:"title"`
	Act       string      `json:"act"`
	Article   string      `json:"article"`
	Stage     rule.Stage  `json:"stage"`
	By        string      `json:"by"`
	Applies   string      `json:"applies_if"`
	Trigger   string      `json:"trigger"`
	OnRequest bool        `json:"on_request,omitempty"`
	Calendar  string      `json:"calendar,omitempty"`
	Undue     bool        `json:"without_undue_delay"`
	Clocks    []lawClock  `json:"clocks"`
	Receivers []string    `json:"receiver_roles"`
	Where     string      `json:"whose_authorities"`
	Fields    []string    `json:"fields"`
	Periods   string      `json:"period_rules,omitempty"`
	ValidFrom rule.Date   `json:"valid_from"`
	ValidTo   rule.Date   `json:"valid_to"`
	Status    rule.Status `json:"status"`
	Note      rule.Text   `json:"note,omitempty"`
	rule.Provenance
}

type lawClock struct {
	From          string      `json:"from"`
	Within        rule.Period `json:"within"`
	When          string      `json:"when,omitempty"`
	RunningAt     string      `json:"running_at,omitempty"`
	UnlessRunning string      `json:"unless_running_at,omitempty"`
	Article       string      `json:"article,omitempty"`
}

// listLaw prints the duties of a country, or the Union's and every country's own.
func (e *env) listLaw(book *rule.Book, country ward.Country, asJSON bool) error {
	var out []lawRecord
	if country != "" {
		for _, r := range book.Law(country) {
			out = append(out, lawOf(r, string(country)))
		}
	} else {
		for _, r := range book.Duties {
			out = append(out, lawOf(r, ""))
		}
		for _, c := range ward.Countries() {
			pack, ok := book.Country(c)
			if !ok {
				continue
			}
			for i := range pack.Duty {
				out = append(out, lawOf(&pack.Duty[i], string(c)))
			}
		}
	}
	if asJSON {
		v := map[string]any{"schema": "ward.law/1", "duties": out}
		if pack, ok := book.Country(country); ok {
			v["country"] = packJSON(pack)
		}
		return failed(e.json(v))
	}
	t := tabwriter.NewWriter(e.out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tDUTY\tWITHIN\tTO\tARTICLE\tSTATUS\tFROM\tCONFIDENCE\tCHECKED")
	for _, r := range out {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s %s\t%s\t%s\t%s\t%s\n", r.ID, r.Titles.In("en"), within(r), strings.Join(r.Receivers, ", "), r.Act, r.Article, r.Status,
			r.ValidFrom, r.Confidence, r.Verified)
	}
	return failed(t.Flush())
}

// lawOf is a record as JSON: empty lists instead of null, for scripts.
func lawOf(r *rule.Record, country string) lawRecord {
	out := lawRecord{Country: country, ID: r.ID, Version: r.Version, Titles: r.Title, Act: r.Act, Article: r.Article, Stage: r.Stage, By: r.By,
		Applies: r.Applies, Trigger: r.Trigger, OnRequest: r.OnRequest, Calendar: r.Calendar, Undue: r.Undue, Clocks: []lawClock{}, Receivers: r.Receiver,
		Where: r.Where, Fields: r.Fields, Periods: r.Periods, ValidFrom: r.ValidFrom, ValidTo: r.ValidTo, Status: r.Status, Note: r.Note, Provenance: r.Provenance}
	if out.Fields == nil {
		out.Fields = []string{}
	}
	for _, c := range r.Clock {
		out.Clocks = append(out.Clocks, lawClock{From: c.From, Within: c.Within, When: c.When, RunningAt: c.RunningAt, UnlessRunning: c.UnlessRunningAt, Article: c.Article})
	}
	return out
}

// within is a duty's time in one table cell.
func within(r lawRecord) string {
	var out []string
	for _, c := range r.Clocks {
		if !c.Within.IsZero() {
			out = append(out, c.Within.String())
		}
	}
	switch {
	case len(out) > 0:
		return strings.Join(out, " / ")
	case r.Calendar != "":
		return "every " + r.Calendar
	case r.OnRequest:
		return "as asked"
	case r.Undue:
		return "at once"
	}
	return "-"
}

// lawCountry is a country pack in JSON.
type lawCountry struct {
	Code          string             `json:"code"`
	Name          rule.Text          `json:"name"`
	Languages     []string           `json:"languages"`
	Zone          string             `json:"zone"`
	Transposition []lawTransposition `json:"transposition"`
	Authorities   []lawAuthority     `json:"authorities"`
	rule.Provenance
}

type lawTransposition struct {
	Directive string    `json:"directive"`
	State     string    `json:"state"`
	Law       string    `json:"law,omitempty"`
	From      rule.Date `json:"from"`
	rule.Provenance
}

type lawAuthority struct {
	ID        string   `json:"id"`
	Roles     []string `json:"roles"`
	Name      string   `json:"name"`
	English   string   `json:"english,omitempty"`
	Portal    string   `json:"portal,omitempty"`
	Email     string   `json:"email,omitempty"`
	Phone     string   `json:"phone,omitempty"`
	Languages []string `json:"languages,omitempty"`
	rule.Provenance
}

// packJSON is a country pack as JSON, each part with its source and confidence.
func packJSON(p *rule.Pack) lawCountry {
	out := lawCountry{Code: string(p.Code), Name: p.Name, Languages: p.Languages, Zone: p.Zone, Provenance: p.Provenance}
	for _, t := range p.Transposition {
		out.Transposition = append(out.Transposition, lawTransposition{t.Directive, t.State, t.Law, t.From, t.Provenance})
	}
	for _, a := range p.Authority {
		out.Authorities = append(out.Authorities, lawAuthority{a.ID, a.Role, a.Name, a.English, a.Portal, a.Email, a.Phone, a.Languages, a.Provenance})
	}
	return out
}
