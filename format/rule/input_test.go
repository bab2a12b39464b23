package rule

import (
	"strings"
	"testing"
	"time"
)

// small is a book of two facts, enough to read with.
func small(t testing.TB) *Book {
	t.Helper()
	b, err := Read([]File{{Name: "law.toml", Text: []byte(smallLaw)}, {Name: "country/de.toml", Text: []byte(smallPack)}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const text3 = `title = { en = "x", de = "x", fr = "x" }
`

const smallLaw = `
[[fact]]
id = "kind"
of = "organisation"
type = "list"
values = ["hospital", "gp"]
same = { "general practitioner" = "gp" }
` + text3 + `
[[fact]]
id = "headcount"
of = "organisation"
type = "whole"
also = ["staff"]
` + text3 + `
[[fact]]
id = "linked_headcount"
of = "organisation"
type = "whole"
assume = "0"
reason = "no group"
` + text3 + `
[[fact]]
id = "turnover"
of = "organisation"
type = "whole"
` + text3 + `
[[fact]]
id = "country"
of = "organisation"
type = "word"
values = ["DE"]
` + text3 + `
[[fact]]
id = "ransomware"
of = "incident"
type = "bool"
` + text3 + `
[[fact]]
id = "aware_at"
of = "incident"
type = "time"
` + text3 + `
[[moment]]
id = "aware"
fact = "aware_at"
` + text3 + `
[[role]]
id = "csirt"
authority = true
` + text3 + `
[[class]]
id = "hospital"
result = "essential"
when = "'hospital' in kind && headcount >= 250"
article = "Art. 1"
confidence = "high"
verified = "2026-01-01"
` + text3 + `
[[class]]
id = "rest"
result = "outside"
when = "true"
article = "Art. 2"
confidence = "high"
verified = "2026-01-01"
` + text3 + `
[[duty]]
id = "N1"
version = 1
act = "Act"
article = "Art. 3"
stage = "early"
by = "organisation"
applies = "nis2_entity"
trigger = "ransomware"
receiver = ["csirt"]
where = "establishment"
valid_from = "2024-01-01"
status = "law"
confidence = "high"
verified = "2026-01-01"
` + text3 + `
[[duty.clock]]
from = "aware"
within = "24 hours"
`

const smallPack = `
code = "DE"
name = { en = "x", de = "x", fr = "x" }
languages = ["de"]
zone = "Europe/Berlin"
confidence = "high"
verified = "2026-01-01"

[[transposition]]
directive = "nis2"
state = "in force"
law = "Law"
confidence = "high"
verified = "2026-01-01"

[[transposition]]
directive = "cer"
state = "unknown"
confidence = "low"
verified = "2026-01-01"

[[authority]]
id = "bsi"
role = ["csirt"]
name = "BSI"
confidence = "high"
verified = "2026-01-01"
`

func TestReadProfileIsGenerous(t *testing.T) {
	b := small(t)
	for name, text := range map[string]string{
		"plain":           `{"country":"DE","kind":["hospital"],"headcount":1200}`,
		"other case":      `{"Country":"de","Kind":"Hospital","HeadCount":"1,200"}`,
		"other word":      `{"member state":"DE","kinds?":"hospital","staff":"1 200"}`,
		"nested":          `{"organisation":{"country":"DE"},"what":{"kind":["hospital"]},"size":{"staff":"1.2 k"}}`,
		"with a mark":     "\xef\xbb\xbf" + `{"country":"DE","kind":"hospital","headcount":1.2e3}`,
		"thousands point": `{"country":"DE","kind":"hospital, hospital","headcount":"1.200"}`,
	} {
		t.Run(name, func(t *testing.T) {
			p, _, err := ReadProfile(b, []byte(strings.ReplaceAll(text, "kinds?", "kind")))
			if err != nil {
				t.Fatal(err)
			}
			kinds, _ := p.Answers["kind"].([]string)
			if p.Country != "DE" || len(kinds) != 1 || kinds[0] != "hospital" || p.Answers["headcount"] != int64(1200) {
				t.Errorf("got %s %v", p.Country, p.Answers)
			}
		})
	}
}

func TestReadProfileSaysWhatIsWrong(t *testing.T) {
	b := small(t)
	for _, c := range []struct{ text, want string }{
		{`{"headcount": -5}`, "1:15: value: headcount: want a whole number"},
		{`{"headcount": "many"}`, "want a whole number"},
		{`{"headcount": 1e400}`, "want a whole number"},
		{`{"headcount": 1e999999999}`, "want a whole number"},
		{`{"headcount": 99999999999999}`, "want a whole number"},
		{"{\n  \"kind\": [\"shoe shop\"]}", `2:11: value: kind: "shoe shop" is not known; one of hospital, gp`},
		{`{"country":"XX"}`, "1:12: country"},
		{`{"headcount":5,"staff":6}`, "answered twice"},
		{`{"headcount":5,"headcount":6}`, "syntax"},
		{`{"headcount":`, "ends too early"},
		{`[]`, "an object"},
		{`{} {}`, "follows the end"},
		{strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40), "nested"},
		{`{"linked":[{"staff":"x"}]}`, "want a whole number"},
		{"{\"kind\":\"\xff\"}", "UTF-8"},
	} {
		_, _, err := ReadProfile(b, []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.text, err, c.want)
		}
	}
}

func TestUnknownKeysAreNamed(t *testing.T) {
	_, remarks, err := ReadProfile(small(t), []byte("{\"country\":\"DE\",\n \"hedcount\":5, \"colour\":\"red\"}"))
	if err != nil || len(remarks) != 2 {
		t.Fatalf("got %v %v, want two remarks", remarks, err)
	}
	if got, want := remarks[0].Error(), `2:2: unknown-key: "hedcount" is not known and was gone over; is headcount meant?`; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if strings.Contains(remarks[1].Detail, "meant") {
		t.Errorf("got %s, want no guess", remarks[1].Detail)
	}
}

func TestGroupIsAddedUp(t *testing.T) {
	p, _, err := ReadProfile(small(t), []byte(`{"headcount":30,"linked":[{"headcount":100},{"staff":50}],"partners":[{"headcount":200,"share":25}]}`))
	if err != nil || p.Answers["linked_headcount"] != int64(200) {
		t.Errorf("got %v %v, want 100 + 50 + a quarter of 200", p.Answers, err)
	}
}

func TestIncidentTimes(t *testing.T) {
	b := small(t)
	for text, want := range map[string]string{
		`{"aware_at":"2027-01-30T10:00:00Z"}`:                           "2027-01-30T10:00:00Z",
		`{"awareAt":"2027-01-30T10:00+02:00"}`:                          "2027-01-30T08:00:00Z",
		`{"aware at":"2027-01-30 10:00"}`:                               "2027-01-30T09:00:00Z",
		`{"aware_at":"2027-07-30 10:00 UTC"}`:                           "2027-07-30T10:00:00Z",
		`{"aware_at":"2027-01-30"}`:                                     "2027-01-29T23:00:00Z",
		`{"times":{"aware_at":"2027-01-30 10:00"},"zone":"Asia/Tokyo"}`: "2027-01-30T01:00:00Z",
		// The clock shows 02:30 twice that night; the earlier one counts.
		`{"aware_at":"2026-10-25 02:30"}`: "2026-10-25T00:30:00Z",
	} {
		i, _, err := ReadIncident(b, "DE", []byte(text))
		got, _ := i.Answers["aware_at"].(time.Time)
		if err != nil || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%s: got %s %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{`{"aware_at":"yesterday"}`, `{"aware_at":1700000000}`, `{"aware_at":"0001-01-01"}`, `{"aware_at":"9999-12-31"}`, `{"zone":"Europe/Atlantis"}`,
		`{"sent":{"N1":"soon"}}`, `{"ransomware":"maybe not"}`, `{"earlier":[{}]}`, `{"earlier":5}`} {
		if _, _, err := ReadIncident(b, "DE", []byte(text)); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
}

func TestUnknownIsNotNo(t *testing.T) {
	i, _, err := ReadIncident(small(t), "DE", []byte(`{"ransomware":"I don't know yet"}`))
	if v, given := i.Answers["ransomware"]; err != nil || !given || v != nil {
		t.Errorf("got %v %v %v, want an explicit unknown", v, given, err)
	}
}

func FuzzReadIncident(f *testing.F) {
	b := small(f)
	f.Add([]byte(`{"aware_at":"2027-01-30 10:00","ransomware":true,"sent":{"N1":"2027-01-30T10:00Z"},"earlier":[{"at":"2026-01-01","loss":"5 M"}]}`))
	f.Add([]byte(`{"zone":"Asia/Tokyo","requested":[{"duty":"N1","at":null}],"placed_in":"DE,FR"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		i, remarks, err := ReadIncident(b, "DE", text)
		if len(remarks) > 200 {
			t.Error("remarks without bound")
		}
		if err != nil {
			return
		}
		if _, err := Evaluate(b, Profile{Country: "DE", Answers: Answers{}}, i, time.Unix(1_800_000_000, 0)); err != nil {
			t.Error(err)
		}
	})
}

func FuzzReadProfile(f *testing.F) {
	b := small(f)
	f.Add([]byte(`{"country":"DE","kind":"gp","headcount":"1.200","linked":[{"headcount":5}],"partners":{"share":200,"staff":"9 M"}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, _, err := ReadProfile(b, text)
		if err != nil {
			return
		}
		p.Country = "DE"
		if _, err := Classify(b, p); err != nil {
			t.Error(err)
		}
	})
}
