package rule

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// lawWith reads the small book with some of its text replaced: old, new pairs.
func lawWith(t *testing.T, pairs ...string) *Book {
	t.Helper()
	law, pack := smallFiles(t)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(law, pairs[i]) {
			t.Fatalf("the small law does not hold %q", pairs[i])
		}
		law = strings.Replace(law, pairs[i], pairs[i+1], 1)
	}
	b, err := Read([]File{{Name: "law.toml", Text: []byte(law)}, {Name: "country/de.toml", Text: []byte(pack)}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// smallFiles are a law of one duty and its country pack.
func smallFiles(t testing.TB) (law, pack string) {
	t.Helper()
	for file, into := range map[string]*string{"small.toml": &law, "small-de.toml": &pack} {
		text, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		*into = string(text)
	}
	return law, pack
}

const text3 = `title = { en = "x", de = "x", fr = "x" }
`

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func evaluate(t *testing.T, b *Book, profile, incident Answers, also func(*Incident)) (*Assessment, Duty) {
	t.Helper()
	i := Incident{Answers: incident}
	if also != nil {
		also(&i)
	}
	a, err := Evaluate(b, Profile{Country: "DE", Answers: profile}, i, noon)
	if err != nil {
		t.Fatal(err)
	}
	return a, a.Duties[0]
}

func TestStates(t *testing.T) {
	hospital := Answers{"kind": []string{"hospital"}, "headcount": int64(300)}
	aware := noon.Add(-2 * time.Hour)
	attack := Answers{"ransomware": true, "aware_at": aware}
	for _, c := range []struct {
		name              string
		profile, incident Answers
		also              func(*Incident)
		want              State
		ask               string
	}{
		{"running", hospital, attack, nil, Running, ""},
		{"overdue", hospital, Answers{"ransomware": true, "aware_at": noon.Add(-25 * time.Hour)}, nil, Overdue, ""},
		{"due at this very moment is not overdue", hospital, Answers{"ransomware": true, "aware_at": noon.Add(-24 * time.Hour)}, nil, Running, ""},
		{"sent", hospital, attack, func(i *Incident) { i.Sent = map[string]time.Time{"N1": noon} }, Done, ""},
		{"no base, so it waits", hospital, Answers{"ransomware": true}, nil, Waiting, ""},
		{"nobody said whether", hospital, Answers{"aware_at": aware}, nil, Open, "ransomware"},
		{"somebody said I don't know", hospital, Answers{"ransomware": nil, "aware_at": aware}, nil, Open, "ransomware"},
		{"no", hospital, Answers{"ransomware": false}, nil, NotDue, ""},
		{"outside", Answers{"kind": []string{"gp"}, "headcount": int64(3)}, attack, nil, NotDue, ""},
		{"the size is not known, so the class is open", Answers{"kind": []string{"hospital"}}, attack, nil, Open, "headcount"},
		{"a kind that is not concerned needs no size", Answers{"kind": []string{"gp"}}, attack, nil, NotDue, ""},
		{"before the law", hospital, Answers{"ransomware": true, "aware_at": time.Date(2023, 12, 31, 12, 0, 0, 0, time.UTC)}, nil, NotDue, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, d := evaluate(t, lawWith(t), c.profile, c.incident, c.also)
			if d.State != c.want || strings.Join(d.Ask, " ") != c.ask {
				t.Errorf("got %s, ask %v; want %s, ask %q", d.State, d.Ask, c.want, c.ask)
			}
		})
	}
}

// TestLawOfItsDay: an old and a new record of one duty, each for its time.
func TestLawOfItsDay(t *testing.T) {
	b := lawWith(t, `valid_from = "2024-01-01"`, "valid_from = \"2024-01-01\"\nvalid_to = \"2026-11-28\"")
	hospital := Answers{"kind": []string{"hospital"}, "headcount": int64(300)}
	// 23:30 UTC on the 27th is the 28th in Berlin, the record's last day.
	for at, want := range map[string]State{"2026-11-27T23:30:00Z": Overdue, "2026-11-28T22:30:00Z": Running, "2026-11-28T23:30:00Z": NotDue} {
		aware, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if _, d := evaluate(t, b, hospital, Answers{"ransomware": true, "aware_at": aware}, nil); d.State != want {
			t.Errorf("aware %s: got %s, want %s", at, d.State, want)
		}
	}
}

func TestEarliestClockWins(t *testing.T) {
	b := lawWith(t, `within = "24 hours"`, "within = \"24 hours\"\n\n[[duty.clock]]\nfrom = \"aware\"\nwithin = \"6 hours\"\nwhen = \"headcount >= 500\"\narticle = \"Art. 4\"")
	for _, c := range []struct {
		name      string
		profile   Answers
		within    string
		mayBe     int
		firstAsks string
	}{
		{"the shorter applies", Answers{"kind": []string{"hospital"}, "headcount": int64(600)}, "6 hours", 0, ""},
		{"the shorter does not", Answers{"kind": []string{"hospital"}, "headcount": int64(300)}, "24 hours", 0, ""},
		{"it is open", Answers{"kind": []string{"hospital"}}, "24 hours", 1, "headcount"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, d := evaluate(t, b, c.profile, Answers{"ransomware": true, "aware_at": noon}, nil)
			if d.Within != c.within || len(d.Maybe) != c.mayBe {
				t.Fatalf("got %s and %d more, want %s and %d", d.Within, len(d.Maybe), c.within, c.mayBe)
			}
			if c.mayBe > 0 && (strings.Join(d.Maybe[0].Ask, " ") != c.firstAsks || d.Maybe[0].Due.Sub(noon) != 6*time.Hour) {
				t.Errorf("got %+v, want six hours if %s", d.Maybe[0], c.firstAsks)
			}
		})
	}
}

// TestAuthoritySetsTheDate: what an authority asked for stands before any clock.
func TestAuthoritySetsTheDate(t *testing.T) {
	until := noon.Add(time.Hour)
	_, d := evaluate(t, lawWith(t), Answers{"kind": []string{"hospital"}, "headcount": int64(300)}, Answers{"ransomware": true, "aware_at": noon},
		func(i *Incident) { i.Requested = map[string]time.Time{"N1": until} })
	if d.Due == nil || !d.Due.Equal(until) || d.Base.Moment != "requested" {
		t.Errorf("got %v %+v, want the date of the authority", d.Due, d.Base)
	}
}

func TestLateIsSaid(t *testing.T) {
	_, d := evaluate(t, lawWith(t), Answers{"kind": []string{"hospital"}, "headcount": int64(300)}, Answers{"ransomware": true, "aware_at": noon.Add(-48 * time.Hour)},
		func(i *Incident) { i.Sent = map[string]time.Time{"N1": noon} })
	if !d.Late || d.State != Done {
		t.Errorf("got late %v, %s; want a late report that is sent", d.Late, d.State)
	}
}

// TestWhyKeepsWhatDecided: one false part of an "and" is the whole reason, the
// true ones are left out; the article stands beside.
func TestWhyKeepsWhatDecided(t *testing.T) {
	b := lawWith(t, `trigger = "ransomware"`, `trigger = "ransomware && (headcount >= 1000 || 'gp' in kind)"`)
	_, d := evaluate(t, b, Answers{"kind": []string{"hospital"}, "headcount": int64(300)}, Answers{"ransomware": true}, nil)
	var texts []string
	d.Why.each(func(w Why) { texts = append(texts, w.Text+"="+w.Value) })
	for _, want := range []string{"headcount >= 1000=no", "headcount=300", `"gp" in kind=no`, "kind=hospital"} {
		if !slices.Contains(texts, want) {
			t.Errorf("the reason lacks %s: %v", want, texts)
		}
	}
	if slices.Contains(texts, "ransomware=yes") || d.Why.Source != "Act Art. 3" {
		t.Errorf("got %v from %s, want only what decided, with its article", texts, d.Why.Source)
	}
}

func TestAssumptionsAreNamed(t *testing.T) {
	b := lawWith(t, `trigger = "ransomware"`, `trigger = "ransomware && linked_headcount < 5"`)
	hospital := Answers{"kind": []string{"hospital"}, "headcount": int64(300)}
	a, d := evaluate(t, b, hospital, Answers{"ransomware": true, "aware_at": noon}, nil)
	if d.State != Running || !slices.Equal(a.Assumed, []string{"linked_headcount"}) {
		t.Errorf("got %s, assumed %v; want running on the assumption", d.State, a.Assumed)
	}
	hospital["linked_headcount"] = nil // "I don't know" is not filled
	if _, d = evaluate(t, b, hospital, Answers{"ransomware": true, "aware_at": noon}, nil); d.State != Open {
		t.Errorf("got %s, want open", d.State)
	}
}

func TestContradictionsAreTold(t *testing.T) {
	b := lawWith(t, "[[moment]]", `
[[fact]]
id = "severe"
of = "incident"
type = "bool"
`+text3+`
[[derived]]
id = "severe"
type = "bool"
when = "ransomware"
source = "own"
`+text3+`
[[moment]]`, `trigger = "ransomware"`, `trigger = "severe"`)
	hospital := Answers{"kind": []string{"hospital"}, "headcount": int64(300)}
	a, d := evaluate(t, b, hospital, Answers{"ransomware": true, "severe": false, "aware_at": noon.Add(time.Hour)}, nil)
	var codes []string
	for _, w := range a.Warnings {
		codes = append(codes, w.Code)
	}
	if d.State != NotDue || !slices.Equal(codes, []string{"future", "contradiction"}) {
		t.Errorf("got %s and %v; want what was stated, with warnings", d.State, codes)
	}
}

func TestUnknownCountry(t *testing.T) {
	if _, err := Evaluate(lawWith(t), Profile{Country: "XX"}, Incident{}, noon); err == nil {
		t.Error("a country without a pack is evaluated")
	}
}

// TestNoOverflow: the largest input makes no error of arithmetic, and a sum
// that would overflow is open, not wrong.
func TestNoOverflow(t *testing.T) {
	b := lawWith(t, `trigger = "ransomware"`, `trigger = "headcount * 9223372036854775807 > 5"`)
	_, d := evaluate(t, b, Answers{"kind": []string{"hospital"}, "headcount": int64(MaxWhole)}, Answers{}, nil)
	if d.State != Open {
		t.Errorf("got %s, want open", d.State)
	}
}

func FuzzRead(f *testing.F) {
	law, pack := smallFiles(f)
	f.Add([]byte(law))
	f.Add([]byte("[[duty]]\nid = 1"))
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := Read([]File{{Name: "law.toml", Text: text}, {Name: "country/de.toml", Text: []byte(pack)}})
		if err != nil {
			return
		}
		if _, err := Evaluate(b, Profile{Country: "DE"}, Incident{Answers: Answers{"aware_at": noon}}, noon); err != nil {
			t.Error(err)
		}
	})
}
