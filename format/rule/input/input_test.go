package input

import (
	"os"
	"strings"
	"testing"
	"time"

	"ward/format/rule"
)

// small is the engine's own test law: a few facts, enough to read with.
func small(t testing.TB) *rule.Book {
	t.Helper()
	var files []rule.File
	for name, file := range map[string]string{"law.toml": "small.toml", "country/de.toml": "small-de.toml"} {
		text, err := os.ReadFile("../testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, rule.File{Name: name, Text: text})
	}
	b, err := rule.Read(files)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestProfileIsGenerous(t *testing.T) {
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
			p, _, err := Profile(b, []byte(strings.ReplaceAll(text, "kinds?", "kind")))
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

func TestProfileSaysWhatIsWrong(t *testing.T) {
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
		_, _, err := Profile(b, []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.text, err, c.want)
		}
	}
}

func TestUnknownKeysAreNamed(t *testing.T) {
	_, remarks, err := Profile(small(t), []byte("{\"country\":\"DE\",\n \"hedcount\":5, \"colour\":\"red\"}"))
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
	p, _, err := Profile(small(t), []byte(`{"headcount":30,"linked":[{"headcount":100},{"staff":50}],"partners":[{"headcount":200,"share":25}]}`))
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
		i, _, err := Incident(b, "DE", []byte(text))
		got, _ := i.Answers["aware_at"].(time.Time)
		if err != nil || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%s: got %s %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{`{"aware_at":"yesterday"}`, `{"aware_at":1700000000}`, `{"aware_at":"0001-01-01"}`, `{"aware_at":"9999-12-31"}`, `{"zone":"Europe/Atlantis"}`,
		`{"sent":{"N1":"soon"}}`, `{"ransomware":"maybe not"}`, `{"earlier":[{}]}`, `{"earlier":5}`} {
		if _, _, err := Incident(b, "DE", []byte(text)); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
}

// TestUnknownInGroups: "I don't know" is no fault anywhere, the same said twice is said
// once, and offsets may be written without a colon.
func TestUnknownInGroups(t *testing.T) {
	b := small(t)
	p, remarks, err := Profile(b, []byte(`{"headcount":30,"staff":"30","linked":[{"headcount":100},{"staff":null}],"partners":[{"headcount":200,"share":"unknown"}]}`))
	if v, given := p.Answers["linked_headcount"]; err != nil || len(remarks) > 0 || !given || v != nil || p.Answers["headcount"] != int64(30) {
		t.Errorf("got %v, %v, %v; want a group that is not known", p.Answers, remarks, err)
	}
	i, remarks, err := Incident(b, "DE", []byte(`{"aware_at":"2027-01-30T10:00:00+0200","cause":null,"n1_sent":false,"sent":"2027-01-31","earlier":[{"at":"2026-12-01","loss":"unknown","cause":"unknown"}]}`))
	if err != nil || len(remarks) != 1 || len(i.Sent) != 0 || i.Cause != "" || len(i.Earlier) != 1 || i.Earlier[0].Loss != nil || i.Earlier[0].Cause != "" {
		t.Errorf("got %+v, %v, %v", i, remarks, err)
	}
	if at, _ := i.Answers["aware_at"].(time.Time); at.UTC().Hour() != 8 {
		t.Errorf("aware at %s, want 08:00 UTC", at)
	}
}

func TestUnknownIsNotNo(t *testing.T) {
	i, _, err := Incident(small(t), "DE", []byte(`{"ransomware":"I don't know yet"}`))
	if v, given := i.Answers["ransomware"]; err != nil || !given || v != nil {
		t.Errorf("got %v %v %v, want an explicit unknown", v, given, err)
	}
}

func FuzzIncident(f *testing.F) {
	b := small(f)
	f.Add([]byte(`{"aware_at":"2027-01-30 10:00","ransomware":true,"sent":{"N1":"2027-01-30T10:00Z"},"earlier":[{"at":"2026-01-01","loss":"5 M"}]}`))
	f.Add([]byte(`{"zone":"Asia/Tokyo","requested":[{"duty":"N1","at":null}],"placed_in":"DE,FR"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		i, remarks, err := Incident(b, "DE", text)
		if len(remarks) > 200 {
			t.Error("remarks without bound")
		}
		if err != nil {
			return
		}
		if _, err := rule.Evaluate(b, rule.Profile{Country: "DE", Answers: rule.Answers{}}, i, time.Unix(1_800_000_000, 0)); err != nil {
			t.Error(err)
		}
	})
}

func FuzzProfile(f *testing.F) {
	b := small(f)
	f.Add([]byte(`{"country":"DE","kind":"gp","headcount":"1.200","linked":[{"headcount":5}],"partners":{"share":200,"staff":"9 M"}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, _, err := Profile(b, text)
		if err != nil {
			return
		}
		p.Country = "DE"
		if _, err := rule.Classify(b, p); err != nil {
			t.Error(err)
		}
	})
}
