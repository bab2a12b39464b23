package breach

import (
	"compress/gzip"
	"errors"
	"os"
	"strings"
	"testing"

	"ward/test/shared"
)

const nested = `{
  "incident_id": "A-1", "security_incident": "Confirmed", "victim": {"victim_id": "Clinic", "industry": "622110", "country": ["HR"]},
  "action": {"malware": {"variety": ["Ransomware"], "name": "Lock-Bit"}}, "attribute": {"confidentiality": {"data_disclosure": "Yes"}},
  "timeline": {"incident": {"year": 2021, "month": 5}}}`

const dotted = `{"incident_id":"A-1","security_incident.Confirmed":true,"victim.victim_id":"Clinic","victim.industry":"622110","victim.country.HR":true,"action.Malware":true,` +
	`"action.malware.variety.Ransomware":true,"action.malware.name":"Lock-Bit","attribute.confidentiality.data_disclosure.Yes":true,"timeline.incident.year":2021.0,"timeline.incident.month":5.0}`

const head = "name_of_covered_entity,covered_entity_type,individuals_affected,breach_submission_date,type_of_breach,web_description\n"

func read(t testing.TB, text string) (out []Record, faults []string, err error) {
	t.Helper()
	err = Read("f", strings.NewReader(text), func(r Record, fault error) error {
		if fault != nil {
			faults = append(faults, fault.Error())
			return nil
		}
		out = append(out, r)
		return nil
	})
	return out, faults, err
}

// All forms of an incident say the same.
func TestForms(t *testing.T) {
	want, _, err := read(t, nested)
	if err != nil || len(want) != 1 {
		t.Fatalf("nested: %+v (%v)", want, err)
	}
	w := want[0]
	if w.Country != "HR" || w.Sector != "hospital" || !w.Health || w.Cause != "malicious-actions" || !w.Ransomware || w.Family != "lockbit" || !w.Stolen || w.Day.Format("2006-01") != "2021-05" {
		t.Errorf("read %+v", w)
	}
	for name, text := range map[string]string{"dotted": dotted, "array": "[" + nested + "," + dotted + "]", "lines": dotted + "\n" + dotted + "\n", "wrapped": `{"incident":` + nested + `}`,
		"mark": "\xef\xbb\xbf" + dotted, "behind": nested + "\n" + nested} {
		got, faults, err := read(t, text)
		if err != nil || len(faults) > 0 || len(got) == 0 {
			t.Errorf("%s: %v %v", name, faults, err)
		}
		for _, g := range got {
			if g != w {
				t.Errorf("%s: %+v, want %+v", name, g, w)
			}
		}
	}
}

func TestTable(t *testing.T) {
	got, faults, err := read(t, head+
		"\"Tom, Inc.\",Health Plan,828.0,1608681600000,Hacking/IT Incident,they wrote of ransomware\n"+
		"St Mary Hospital,Healthcare Provider,,2010-01-02,Loss,\n,,,,,\nDoc,Healthcare Provider,5,never,Theft,\nDoc,Healthcare Provider,5,12/31/2010,\"Theft, Unauthorized Access/Disclosure\",\n")
	if err != nil || len(got) != 3 || len(faults) != 2 {
		t.Fatalf("%+v %v (%v)", got, faults, err)
	}
	if g := got[0]; g.Day.Format("2006-01-02") != "2020-12-23" || g.Cause != "malicious-actions" || !g.Ransomware || g.Sector != "other" || g.Country != "US" {
		t.Errorf("%+v", g)
	}
	if g := got[1]; g.Sector != "hospital" || g.Cause != "human-errors" {
		t.Errorf("%+v", g)
	}
	if g := got[2]; g.Sector != "practice" || g.Cause != "malicious-actions" {
		t.Errorf("%+v", g)
	}
}

// A day is one in every form that files have it in.
func TestDays(t *testing.T) {
	for _, day := range []string{"2010-12-31", "12/31/2010", "2010-12-31 00:00:00", "2010-12-31T00:00:00.000Z", "12/31/2010 0:00", "1293753600000", "1.2937536E12"} {
		got, faults, err := read(t, head+"Doc,Healthcare Provider,5,"+day+",Theft,\n")
		if err != nil || len(got) != 1 || got[0].Day.Format("2006-01-02") != "2010-12-31" {
			t.Errorf("%s: %+v %v (%v)", day, got, faults, err)
		}
	}
}

// What is hostile or broken is named; a damaged record does not stop lines.
func TestHostile(t *testing.T) {
	for name, text := range map[string]string{"nothing": " \n", "a page": "<html>", "half": nested[:90], "other table": "a,b\n1,2\n", "deep": strings.Repeat("[", 20_000),
		"long": "[\"" + strings.Repeat("x", 2*maxRecord) + "\"]", "bytes": "\x00\x01\x02", "long line": head + "\"" + strings.Repeat("x", 2*maxRecord)} {
		_, faults, err := read(t, text)
		var e *Error
		if !errors.As(err, &e) && len(faults) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, faults, err := read(t, dotted+"\n{\"incident_id\":\n"+`{"incident_id":"x"}`+"\n"+dotted+"\n")
	if err != nil || len(got) != 2 || len(faults) != 2 {
		t.Errorf("lines: %d read, faults %v (%v)", len(got), faults, err)
	}
	stop := errors.New("stop")
	if err := Read("f", strings.NewReader(dotted), func(Record, error) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an error of the reader: %v", err)
	}
}

// The collections of the shared data are read whole.
func TestRealFiles(t *testing.T) {
	for file, least := range map[string]int{"incidents/vcdb-sample.jsonl.gz": 100, "incidents/hhs-ocr-breaches-2009-2021.csv.gz": 2400, "incidents/hhs-2009-2015-with-narrative.csv.gz": 1100} {
		f, err := os.Open(shared.Path(t, file))
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		health, refused, unknown := 0, 0, 0
		err = Read(file, z, func(r Record, fault error) error {
			switch {
			case fault != nil:
				refused++
				t.Log(fault)
			case r.Health:
				health++
				if r.Cause == "" {
					unknown++
				}
			}
			return nil
		})
		f.Close()
		if err != nil || health < least || refused > health/50 || unknown > health/4 {
			t.Errorf("%s: %d of health care, %d refused, %d without a cause (%v)", file, health, refused, unknown, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{nested, dotted, "[" + nested + "]", head + "Tom,Provider,1,2010-01-02,Theft,\n", "[", "{", head + "\"", `{"incident":{"victim":[[[]]]}}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, _, _ := read(t, s)
		for _, r := range got {
			if r.ID == "" || r.Day.Year() < 1970 || len(r.Family) > 160 || r.Country != "" && len(r.Country) != 2 || r.Health && r.Sector == "" {
				t.Errorf("%q gave %+v", s, r)
			}
		}
	})
}
