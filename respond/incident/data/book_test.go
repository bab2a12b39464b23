package data

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"ward"
	"ward/format/rule"
)

func book(t testing.TB) *rule.Book {
	t.Helper()
	b, err := Book()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// changed reads the book after edits of single files, old text by new.
func changed(t *testing.T, file, old, new string) (*rule.Book, error) {
	t.Helper()
	texts, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	for i := range texts {
		if texts[i].Name != file {
			continue
		}
		if !bytes.Contains(texts[i].Text, []byte(old)) {
			t.Fatalf("%s does not hold %q", file, old)
		}
		texts[i].Text = bytes.Replace(texts[i].Text, []byte(old), []byte(new), 1)
		return rule.Read(texts)
	}
	t.Fatalf("no file %s", file)
	return nil, nil
}

// TestDeadlineIsData switches the notification of data breaches from 72 to 96
// hours by an edit of its file alone.
func TestDeadlineIsData(t *testing.T) {
	const profile, incident = `{"country":"FR","kind":["hospital"],"headcount":1200}`, `{"personal_data_breach":true,"risk_unlikely":false,"aware_at":"2026-11-27T17:00:00Z"}`
	if got := duty(assess(t, book(t), profile, incident, ""), "G1").Due.UTC().Format("01-02 15:04"); got != "11-30 17:00" {
		t.Fatalf("G1 ends %s before the edit, want 72 hours", got)
	}
	b, err := changed(t, "gdpr.toml", `within = "72 hours"`, `within = "96 hours"`)
	if err != nil {
		t.Fatal(err)
	}
	d := duty(assess(t, b, profile, incident, ""), "G1")
	if got := d.Due.UTC().Format("01-02 15:04"); got != "12-01 17:00" || d.Within != "96 hours" {
		t.Errorf("G1 ends %s after the edit (%s), want 96 hours", got, d.Within)
	}
}

// TestEveryCountryHasItsPack: 27 packs, each with the receivers that every
// hospital needs.
func TestEveryCountryHasItsPack(t *testing.T) {
	b := book(t)
	for _, c := range ward.Countries() {
		p, ok := b.Country(c)
		if !ok {
			t.Errorf("%s has no pack", c)
			continue
		}
		for _, role := range []string{"nis2_report", "csirt", "dpa", "cra_csirt"} {
			if !slices.ContainsFunc(p.Authority, func(a rule.Authority) bool { return slices.Contains(a.Role, role) }) {
				t.Errorf("%s names nobody for %s", c, role)
			}
		}
		for _, id := range []string{"N1", "N2", "N4", "G1", "M4"} {
			if !slices.ContainsFunc(b.Law(c), func(r *rule.Record) bool { return r.ID == id }) {
				t.Errorf("%s has no duty %s", c, id)
			}
		}
		if len(p.Holidays) < 7 {
			t.Errorf("%s has %d holidays; no Member State has fewer than 7", c, len(p.Holidays))
		}
	}
}

// TestWrongEntriesAreRefused: each mistake that an editor of a file may make
// fails the reading and names its place.
func TestWrongEntriesAreRefused(t *testing.T) {
	for _, c := range []struct{ name, file, old, new, want string }{
		{"misspelt key", "gdpr.toml", "trigger = ", "triger = ", "gdpr.toml: unknown key duty.triger"},
		{"unknown fact", "gdpr.toml", `"personal_data_breach && high_risk`, `"personal_data_breech && high_risk`, "undeclared reference to 'personal_data_breech'"},
		{"a word that a fact never says", "devices.toml", "'md_mfr' in kind", "'md_maker' in kind", `kind never says "md_maker"`},
		{"a number as condition", "gdpr.toml", `applies = "controller"`, `applies = "headcount"`, "want bool"},
		{"a loop", "gdpr.toml", `applies = "controller"`, `applies = "kind.exists(k, k == 'gp')"`, "duty G1: applies"},
		{"a function", "gdpr.toml", `applies = "controller"`, `applies = "legal.matches('.*')"`, "duty G1: applies"},
		{"a period without unit", "gdpr.toml", `"72 hours"`, `"72"`, "no period"},
		{"unknown moment", "gdpr.toml", `from = "breach"`, `from = "breech"`, "breech is no moment"},
		{"a later stage as base", "nis2.toml", `from = "significant"`, `from = "sent:N4"`, "N4, which is no earlier duty"},
		{"unknown receiver", "gdpr.toml", `receiver = ["dpa"]`, `receiver = ["dqa"]`, `unknown receiver "dqa"`},
		{"unknown field", "gdpr.toml", `"dpo_contact"`, `"dpo_kontact"`, `unknown field "dpo_kontact"`},
		{"not a day", "gdpr.toml", `valid_from = "2018-05-25"`, `valid_from = "25.5.2018"`, "gdpr.toml"},
		{"no confidence", "gdpr.toml", `confidence = "high"`, `confidence = "sure"`, "high, medium or low"},
		{"no German", "gdpr.toml", `de = "Meldung an die Datenschutzaufsicht"`, `de = ""`, "no de text"},
		{"twice", "gdpr.toml", `id = "G2"`, `id = "G1"`, "G1 is there already"},
		{"unknown role in a pack", "country/de.toml", `["dpa"]`, `["dpq"]`, `country/de.toml: authority dpa: unknown role "dpq"`},
		{"no zone", "country/de.toml", "Europe/Berlin", "Europe/Bonn", "country/de.toml: time zone"},
		{"bad holiday", "country/de.toml", `"10-03"`, `"10-33"`, "country/de.toml: holiday"},
		{"unknown language", "country/de.toml", `languages = ["de"]`, `languages = ["dk"]`, "no official language"},
		{"plain http", "gdpr.toml", "https://eur-lex", "http://eur-lex", "https://"},
		{"broken file", "gdpr.toml", `id = "G1"`, `id = "G1`, "gdpr.toml: line"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := changed(t, c.file, c.old, c.new); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
