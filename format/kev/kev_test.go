package kev

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"ward/test/shared"
)

const cisa = `{"title":"x","catalogVersion":"2025.05.31","dateReleased":"2025-05-31T23:59:59.0000Z","count":2,"vulnerabilities":[
{"cveID":"CVE-2023-43208","vendorProject":"NextGen Healthcare","product":"Mirth Connect","vulnerabilityName":"n","dateAdded":"2024-05-20","shortDescription":"d","requiredAction":"a","dueDate":"2024-06-10","knownRansomwareCampaignUse":"Known","notes":"","cwes":["CWE-502"]},
{"cveID":"CVE-2020-0001","vendorProject":"V","product":"P","dateAdded":"2021-11-03","dueDate":"2022-05-03","knownRansomwareCampaignUse":"Unknown"}]}`

const eu = `[
{"cveID":"CVE-2025-0001","euvdID":"EUVD-2025-1","vendorProject":"V","product":"P","dateReported":"2025/08/21","originSource":"CNW","shortDescription":"d","exploitationType":["ransomware","APT"],"patchedSince":"2025-07-01","threatActorsExploiting":["A"],"cwes":["CWE-1"]},
{"cveID":"CVE-2025-0002","euvdID":"-","vendorProject":"V","product":"P","dateReported":"2025-08-22","originSource":"ENISA","exploitationType":"-","patchedSince":"-","cwes":"-"},
{"cveID":"CVE-2025-0003","dateReported":"2025-08-23","exploitationType":"ransomware"}]`

func collect(t *testing.T, in string, l Limits) ([]Entry, Catalogue, error) {
	t.Helper()
	var out []Entry
	cat, err := Read(strings.NewReader(in), l, func(e Entry) error { out = append(out, e); return nil })
	return out, cat, err
}

// placeOf is where the first fault is: that of the whole, or of an entry.
func placeOf(cat Catalogue, err error) string {
	switch {
	case err != nil:
		return err.Error()
	case len(cat.Problems) > 0:
		return cat.Problems[0].Place
	}
	return ""
}

func TestReadCISA(t *testing.T) {
	got, cat, err := collect(t, "\ufeff"+cisa, Limits{})
	if err != nil || len(got) != 2 || cat.Source != CISA || cat.Version != "2025.05.31" || cat.Released.IsZero() || len(cat.Problems) > 0 {
		t.Fatalf("got %v, %+v, %v, want two entries of CISA", got, cat, err)
	}
	if e := got[0]; !e.Ransomware || e.Added.Format(time.DateOnly) != "2024-05-20" || e.Due.Format(time.DateOnly) != "2024-06-10" || e.CWEs[0] != "CWE-502" {
		t.Errorf("got %+v, want ransomware, both days and the weakness", e)
	}
	if got[1].Ransomware {
		t.Error("got ransomware for Unknown, want none")
	}
}

func TestReadEU(t *testing.T) {
	got, cat, err := collect(t, eu, Limits{})
	if err != nil || len(got) != 3 || cat.Source != EU || len(cat.Problems) > 0 {
		t.Fatalf("got %v, %+v, %v, want three entries of the EU", got, cat, err)
	}
	for i, want := range []struct {
		day        string
		ransomware bool
		types      int
	}{{"2025-08-21", true, 2}, {"2025-08-22", false, 0}, {"2025-08-23", true, 1}} {
		if e := got[i]; e.Added.Format(time.DateOnly) != want.day || e.Ransomware != want.ransomware || len(e.Exploitation) != want.types {
			t.Errorf("entry %d: got %+v, want %+v", i, e, want)
		}
	}
}

func TestReadKeepsTheRest(t *testing.T) {
	for _, c := range []struct {
		name, in string
		lim      Limits
		entries  int
		place    string // of the first problem or the error
	}{
		{"bad identifier", strings.Replace(cisa, "CVE-2023-43208", "CVE-23", 1), Limits{}, 1, "/vulnerabilities/0/cveID"},
		{"bad day", strings.Replace(cisa, "2021-11-03", "3.11.2021", 1), Limits{}, 1, "/vulnerabilities/1/dateAdded"},
		{"bad type", strings.Replace(cisa, `"V"`, `{}`, 1), Limits{}, 1, "/vulnerabilities/1"},
		{"wrong count", strings.Replace(cisa, `"count":2`, `"count":3`, 1), Limits{}, 2, ""},
		{"cut off", cisa[:len(cisa)-60], Limits{}, 1, "byte"},
		{"no entries", `{"count":0}`, Limits{}, 0, "/"},
		{"a string", `"x"`, Limits{}, 0, "/"},
		{"empty", ``, Limits{}, 0, "byte"},
		{"too many", cisa, Limits{Entries: 1}, 1, "/vulnerabilities/1"},
		{"too large", cisa, Limits{Bytes: 300}, 0, "byte 300"},
		{"large entry", cisa, Limits{Entry: 150}, 1, "/vulnerabilities/0"},
	} {
		got, cat, err := collect(t, c.in, c.lim)
		place := placeOf(cat, err)
		if len(got) != c.entries || !strings.HasPrefix(place, c.place) {
			t.Errorf("%s: got %d entries and %q, want %d and %q", c.name, len(got), place, c.entries, c.place)
		}
	}
}

func TestDiff(t *testing.T) {
	a, b, c := Entry{CVE: "CVE-2020-0001"}, Entry{CVE: "CVE-2020-0002"}, Entry{CVE: "CVE-2020-0003"}
	added, withdrawn := Diff([]Entry{a, b}, []Entry{b, c})
	if len(added) != 1 || added[0].CVE != c.CVE || len(withdrawn) != 1 || withdrawn[0].CVE != a.CVE {
		t.Errorf("got +%v -%v, want +%s -%s", added, withdrawn, c.CVE, a.CVE)
	}
}

func TestSharedCatalogue(t *testing.T) {
	f, err := os.Open(shared.Path(t, "vuln/kev/known_exploited_vulnerabilities.2025-05-31.json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if found := Validate(data); len(found) > 0 {
		t.Errorf("got %v, want a good catalogue", found)
	}
	n := 0
	cat, err := Read(bytes.NewReader(data), Limits{}, func(Entry) error { n++; return nil })
	if err != nil || n != cat.Stated {
		t.Errorf("got %d entries, %v, want the %d that are stated", n, err, cat.Stated)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(cisa))
	f.Add([]byte(eu))
	f.Add([]byte(euTable))
	f.Add([]byte(euDump))
	f.Fuzz(func(t *testing.T, data []byte) {
		cat, _ := Read(bytes.NewReader(data), Limits{Bytes: 1 << 16, Entries: 50}, func(e Entry) error {
			if e.CVE == "" || e.Added.IsZero() {
				t.Fatalf("got %+v, want identifier and day", e)
			}
			return nil
		})
		if cat.Entries > 50 {
			t.Fatalf("got %d entries, want 50 at most", cat.Entries)
		}
	})
}

func ExampleRead() {
	cat, err := Read(strings.NewReader(cisa), Limits{}, func(e Entry) error {
		fmt.Println(e.CVE, e.Product, e.Ransomware)
		return nil
	})
	fmt.Println(cat.Source, cat.Entries, err)
	// Output:
	// CVE-2023-43208 Mirth Connect true
	// CVE-2020-0001 P false
	// cisa 2 <nil>
}
