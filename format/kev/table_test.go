package kev

import (
	"strings"
	"testing"
	"time"
)

// Shapes of enisaeu/CNW: a full row, one without its last cell, the older names
// and spelling, quotes; and of EUVD's dump.
const (
	euTable = "cveID,euvdID,vendorProject,product,vulnerabilityName,dateReported,patchedSince,originSource,shortDescription,exploitationType,threatActorsExploiting,cwes,notes\n" +
		"CVE-2025-0001,EUVD-2025-1,V,\"P, with a comma\",-,09/08/25,tbc,CERT-XX,d,\"ransomware, APT\",A,CWE-1,https://x.example/\n" +
		"CVE-2025-0002,EUVD-2025-2,V,P,-,2025/07/14,2025/06/01,cnw,d,-,-,CWE-288-\n"
	olderTable = "CVE,EUVD,vendorProject,product,vulnerabilityName,dateReported,originSource,shortDescription,exploitationType,threatActorsExploiting,notes,cwes\r\n" +
		"CVE 2024-0003,-,V,P,-,17/01/2025,cnw,-,-,-,-,-\r\n"
	euDump = `[{"cveId":"CVE-2021-0001","euvdId":"EUVD-2021-1","dateAdded":"2021-11-03","sources":["cisa_kev"]},
{"cveId":"CVE-2025-0002","euvdId":"EUVD-2025-2","dateAdded":"2025-09-09","sources":["cisa_kev","eukev_kev"]},
{"cveId":"CVE-2025-0003","euvdId":"EUVD-2025-3","dateAdded":"2025-09-10","sources":["eu_kev"]}]`
)

func TestReadEUTable(t *testing.T) {
	got, cat, err := collect(t, "\ufeff"+euTable, Limits{})
	if err != nil || len(got) != 2 || cat.Source != EU || len(cat.Problems) > 0 {
		t.Fatalf("got %v, %+v, %v, want two entries of the EU", got, cat, err)
	}
	if e := got[0]; e.Product != "P, with a comma" || !e.Ransomware || len(e.Exploitation) != 2 || e.Added.Format(time.DateOnly) != "2025-08-09" || !e.Patched.IsZero() ||
		e.Origin != "CERT-XX" || e.Name != "" || e.Notes != "https://x.example/" {
		t.Errorf("got %+v", e)
	}
	if e := got[1]; e.Added.Format(time.DateOnly) != "2025-07-14" || e.Patched.Format(time.DateOnly) != "2025-06-01" || e.Ransomware || e.Notes != "" {
		t.Errorf("got %+v", e)
	}
	if got, cat, err = collect(t, olderTable, Limits{}); err != nil || len(got) != 1 || got[0].CVE != "CVE-2024-0003" || got[0].EUVD != "" || len(cat.Problems) > 0 {
		t.Errorf("the older table: %+v, %+v, %v", got, cat, err)
	}
}

// Of a dump of both catalogues only the EU's entries are the EU's.
func TestReadDump(t *testing.T) {
	got, cat, err := collect(t, euDump, Limits{})
	if err != nil || len(got) != 2 || cat.Entries != 2 || cat.Source != EU || len(cat.Problems) > 0 {
		t.Fatalf("got %v, %+v, %v, want two of three entries", got, cat, err)
	}
	if e := got[0]; e.CVE != "CVE-2025-0002" || e.EUVD != "EUVD-2025-2" || e.Added.Format(time.DateOnly) != "2025-09-09" || e.Source != EU {
		t.Errorf("got %+v", e)
	}
}

// ENISA's database answers with moments where others give days.
func TestMoments(t *testing.T) {
	for text, want := range map[string]string{"2025-09-09T22:30:00Z": "2025-09-09", "2025-09-09T00:00:00.000+02:00": "2025-09-09", "Sep 9, 2025, 12:00:00 AM": "2025-09-09"} {
		got, cat, err := collect(t, `[{"cveId":"CVE-2025-0002","euvdId":"EUVD-2025-2","dateAdded":"`+text+`","sources":["eu_kev"]}]`, Limits{})
		if err != nil || len(got) != 1 || got[0].Added.Format(time.RFC3339) != want+"T00:00:00Z" {
			t.Errorf("%s: got %+v, %+v, %v, want %s", text, got, cat, err, want)
		}
	}
}

// A bad row is told with its line, and the next one read.
func TestHostileTables(t *testing.T) {
	const head = "cveID,dateAdded,originSource\n"
	const good = "CVE-2025-0009,2025-01-02,CSIRT\n"
	for name, c := range map[string]struct {
		in      string
		limits  Limits
		entries int
		place   string // of the first problem, or of the error
	}{
		"no CVE":                     {head + "EUVD-2030-12345,2030-07-10,ENISA\n" + good, Limits{}, 1, "line 2, cveID"},
		"no day":                     {head + "CVE-2025-0001,tbc,X\n" + good, Limits{}, 1, "line 2, date"},
		"no such day":                {head + "CVE-2025-0001,31/02/25,X\n" + good, Limits{}, 1, "line 2, date"},
		"a short row":                {head + "CVE-2025-0001\n" + good, Limits{}, 1, "line 2, date"},
		"a huge row":                 {head + "CVE-2025-0001,2025-01-02," + strings.Repeat("x", 70_000) + "\n" + good, Limits{}, 1, "line 2"},
		"an open quote":              {head + "CVE-2025-0001,2025-01-02,\"" + strings.Repeat("x\n", 50_000), Limits{}, 0, "line 2"},
		"a quote that swallows rows": {head + good + "CVE-2025-0001,2025-01-02,\"X\n" + good + good, Limits{}, 1, "line 3"},
		"NUL bytes":                  {head + "CVE-2025-0001\x00,2025-01-02,X\n" + good, Limits{}, 1, "line 2, cveID"},
		"too many rows":              {head + good + good + good, Limits{Entries: 2}, 2, "line 4"},
		"too large":                  {head + strings.Repeat(good, 100), Limits{Bytes: 1000}, 31, "byte 1000"},
		"a formula":                  {head + "=cmd|'/c calc'!A1,2025-01-02,X\n" + good, Limits{}, 1, "line 2, cveID"},
	} {
		got, cat, err := collect(t, c.in, c.limits)
		place := placeOf(cat, err)
		if len(got) != c.entries || !strings.HasPrefix(place, c.place) {
			t.Errorf("%s: got %d entries and %q, want %d and %q", name, len(got), place, c.entries, c.place)
		}
	}
}

func TestOtherTablesAreNone(t *testing.T) {
	for _, in := range []string{"", "cve,epss,percentile\n", "vendor,product,version\n", "cveID\nCVE-2025-0001\n", `{"cveID":1}`, "cveID;product;vendorProject\n"} {
		if s := TableOf([]byte(in)); s != "" {
			t.Errorf("%q is taken for a catalogue of %q", in, s)
		}
	}
}

// TestReadCISATable: CISA's catalogue in CSV is CISA's, and was taken for the EU's.
func TestReadCISATable(t *testing.T) {
	got, cat, err := collect(t, "cveID,vendorProject,product,vulnerabilityName,dateAdded,shortDescription,requiredAction,dueDate,knownRansomwareCampaignUse,notes,cwes\r\n"+
		"CVE-2023-43208,NextGen Healthcare,Mirth Connect,N,2024-05-20,D,\"Apply mitigations, or stop.\",2024-06-10,Known,https://x.example/,CWE-502\r\n", Limits{})
	if err != nil || len(got) != 1 || cat.Source != CISA || len(cat.Problems) > 0 {
		t.Fatalf("got %v, %+v, %v, want one entry of CISA", got, cat, err)
	}
	if e := got[0]; e.Source != CISA || !e.Ransomware || e.Action != "Apply mitigations, or stop." || e.Due.Format(time.DateOnly) != "2024-06-10" || e.Added.Format(time.DateOnly) != "2024-05-20" {
		t.Errorf("got %+v", e)
	}
}
