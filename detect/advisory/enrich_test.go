package advisory

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/advisory/harvest"
	"ward/detect/advisory/signal"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/shared"
)

// cisa writes a catalogue of CISA's form; a CVE ending in "!" is used for ransom.
func cisa(t testing.TB, cves ...string) []byte {
	t.Helper()
	list := []map[string]any{}
	for _, c := range cves {
		ransom := "Unknown"
		if strings.HasSuffix(c, "!") {
			ransom = "Known"
		}
		list = append(list, map[string]any{"cveID": strings.TrimSuffix(c, "!"), "vendorProject": "Acme", "product": "It", "vulnerabilityName": "Hole",
			"dateAdded": "2026-11-01", "shortDescription": "A hole.", "requiredAction": "Mend it.", "dueDate": "2026-11-22",
			"knownRansomwareCampaignUse": ransom, "notes": "", "cwes": []string{}})
	}
	b, err := json.Marshal(map[string]any{"title": "KEV", "catalogVersion": "1", "dateReleased": "2026-11-22T00:00:00Z", "count": len(list), "vulnerabilities": list})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (h *house) enrich(t testing.TB, kind harvest.Kind, body []byte) signal.Enrichment {
	t.Helper()
	out, err := h.Enrich(context.Background(), analyst, kind, "list.json", bytes.NewReader(body), false)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A listed CVE flags its advisory and tells it; the same list again does not; a
// withdrawn entry un-flags and stays in the history.
func TestCatalogue(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, nil)
		h.accept(t, document(t, paper{}))
		steps := []struct {
			name  string
			list  []string
			want  ward.Exploitation
			facts int
		}{
			{"another CVE", []string{"CVE-2026-0001"}, ward.ExploitationNone, 1},
			{"listed", []string{"CVE-2026-0001", "CVE-2026-1000"}, ward.ExploitationExploited, 2},
			{"again", []string{"CVE-2026-0001", "CVE-2026-1000"}, ward.ExploitationExploited, 2},
			{"now for ransom", []string{"CVE-2026-0001", "CVE-2026-1000!"}, ward.ExploitationRansomware, 3},
			{"withdrawn", []string{"CVE-2026-0001"}, ward.ExploitationNone, 4},
			{"listed again", []string{"CVE-2026-0001", "CVE-2026-1000"}, ward.ExploitationExploited, 5},
		}
		for _, step := range steps {
			h.clock.Advance(24 * time.Hour)
			h.enrich(t, harvest.KEVCISA, cisa(t, step.list...))
			if got := h.head(t, testID).Exploited; got != step.want {
				t.Errorf("%s: got %s, want %s", step.name, got, step.want)
			}
			if got := h.facts(t); len(got) != step.facts {
				t.Errorf("%s: got %d facts, want %d", step.name, len(got), step.facts)
			}
		}
		v, err := h.Read(context.Background(), member, testID, "")
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		for _, x := range v.History {
			told = append(told, x.What)
		}
		if got := strings.Join(told, " "); got != "listed changed withdrawn listed" {
			t.Errorf("history %q", got)
		}
		if !strings.Contains(strings.Join(h.facts(t), "\n"), "enriched") {
			t.Error("no fact says that it was enriched")
		}
	})
}

// A new advisory on a listed CVE is flagged from the start, and a revision keeps the mark.
func TestListedBefore(t *testing.T) {
	h := openHouse(t, database.Open(t, database.SQLite), nil)
	h.enrich(t, harvest.KEVCISA, cisa(t, "CVE-2026-1000!"))
	h.accept(t, document(t, paper{}))
	h.accept(t, document(t, paper{version: "2"}))
	if got := h.head(t, testID); got.Exploited != ward.ExploitationRansomware || got.Revision != "2" {
		t.Errorf("got %s in revision %s, want ransomware in 2", got.Exploited, got.Revision)
	}
}

// A catalogue that was cut off takes nothing back until a person says so.
func TestShrunkCatalogue(t *testing.T) {
	h := openHouse(t, database.Open(t, database.SQLite), nil)
	var all []string
	for i := range 60 {
		all = append(all, fmt.Sprintf("CVE-2026-%04d", 2000+i))
	}
	h.enrich(t, harvest.KEVCISA, cisa(t, all...))
	ctx := context.Background()
	few := cisa(t, all[:10]...)
	if _, err := h.Enrich(ctx, analyst, harvest.KEVCISA, "x", bytes.NewReader(few), false); ward.CodeOf(err) != ward.Conflict {
		t.Errorf("50 of 60 gone: got %v, want conflict", err)
	}
	out, err := h.Enrich(ctx, analyst, harvest.KEVCISA, "x", bytes.NewReader(few), true)
	if err != nil || out.Withdrawn != 50 {
		t.Errorf("forced: got %+v, %v, want 50 withdrawn", out, err)
	}
	for name, body := range map[string]string{"cut": string(few[:len(few)/2]), "empty": "", "other": `{"a":1}`, "array": `[]`} {
		if _, err := h.Enrich(ctx, analyst, harvest.KEVCISA, "x", strings.NewReader(body), false); ward.CodeOf(err) != ward.Invalid {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
}

// Of a CVE that two CSIRTs reported the worse report stands, whichever comes last.
func TestListedTwice(t *testing.T) {
	for _, list := range [][]string{{"CVE-2026-1000!", "CVE-2026-1000"}, {"CVE-2026-1000", "CVE-2026-1000!"}} {
		h := openHouse(t, database.Open(t, database.SQLite), nil)
		h.accept(t, document(t, paper{}))
		h.enrich(t, harvest.KEVCISA, cisa(t, list...))
		if got := h.head(t, testID).Exploited; got != ward.ExploitationRansomware {
			t.Errorf("%v: got %s, want ransomware", list, got)
		}
	}
}

// An entry that cannot be read is no withdrawal.
func TestUnreadEntry(t *testing.T) {
	h := openHouse(t, database.Open(t, database.SQLite), nil)
	h.accept(t, document(t, paper{}))
	h.enrich(t, harvest.KEVCISA, cisa(t, "CVE-2026-0001", "CVE-2026-1000"))
	broken := bytes.Replace(cisa(t, "CVE-2026-0001", "CVE-2026-1000"), []byte(`"CVE-2026-1000"`), []byte(`"CVE-twenty"`), 1)
	if out := h.enrich(t, harvest.KEVCISA, broken); out.Problems != 1 || out.Withdrawn != 0 {
		t.Errorf("got %+v, want one problem and nothing withdrawn", out)
	}
	if got := h.head(t, testID).Exploited; got != ward.ExploitationExploited {
		t.Errorf("got %s, want it still exploited", got)
	}
	// One with a wrong day is known by its CVE: it stays, and another one may go.
	wrong := bytes.Replace(cisa(t, "CVE-2026-1000"), []byte(`"2026-11-01"`), []byte(`"soon"`), 1)
	if out := h.enrich(t, harvest.KEVCISA, wrong); out.Problems != 1 || out.Withdrawn != 1 || out.Changed != 0 {
		t.Errorf("got %+v, want one problem and one withdrawn", out)
	}
	if got := h.head(t, testID).Exploited; got != ward.ExploitationExploited {
		t.Errorf("got %s, want it exploited still", got)
	}
}

func TestScores(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, nil)
		h.accept(t, document(t, paper{vector: "-"}))
		if got := h.head(t, testID); got.Score != 0 || got.Severity != ward.SeverityNone {
			t.Errorf("without a score: got %v %s", got.Score, got.Severity)
		}
		h.enrich(t, harvest.EPSS, []byte("#model_version:v2026.01.01,score_date:2026-11-22T00:00:00+0000\ncve,epss,percentile\nCVE-2026-1000,0.42,0.97\nCVE-2026-1000,0.43,0.97\nCVE-2026-0002,0.1,0.2\n"))
		record := `{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{"cveId":"CVE-2026-1000","assignerOrgId":"00000000-0000-4000-9000-000000000000","state":"PUBLISHED"},
			"containers":{"cna":{"title":"A hole","providerMetadata":{"orgId":"00000000-0000-4000-9000-000000000000","shortName":"acme"},"descriptions":[{"lang":"en","value":"A hole."}],
			"affected":[{"vendor":"Acme","product":"It","versions":[{"version":"1","status":"affected"}]}],"references":[{"url":"https://acme.example"}],
			"metrics":[{"cvssV3_1":{"version":"3.1","vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N","baseScore":7.5,"baseSeverity":"HIGH"}}]}}}`
		if out := h.enrich(t, harvest.CVE, []byte(record)); out.Read != 1 || out.Touched != 1 {
			t.Errorf("record: got %+v, want one read and one touched", out)
		}
		if got := h.head(t, testID); got.Score != 7.5 || got.Severity != ward.SeverityHigh || got.EPSS != 0.43 {
			t.Errorf("got %v %s %v, want 7.5 high 0.43", got.Score, got.Severity, got.EPSS)
		}
		rejected := `{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{"cveId":"CVE-2026-1000","assignerOrgId":"00000000-0000-4000-9000-000000000000","state":"REJECTED","dateUpdated":"2026-11-22T00:00:00.000Z"},
			"containers":{"cna":{"providerMetadata":{"orgId":"00000000-0000-4000-9000-000000000000"},"rejectedReasons":[{"lang":"en","value":"Not one."}]}}}`
		h.enrich(t, harvest.CVE, []byte(rejected))
		if got := h.head(t, testID); got.Score != 0 {
			t.Errorf("rejected: got %v, want no score", got.Score)
		}
	})
}

// The real catalogue, packed as it lies, is read in full and found unchanged again.
func TestRealCatalogue(t *testing.T) {
	f, err := os.ReadFile(shared.Path(t, "vuln/kev/known_exploited_vulnerabilities.2025-05-31.json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	h := openHouse(t, database.Open(t, database.SQLite), nil)
	if out := h.enrich(t, harvest.KEVCISA, f); out.Added == 0 || out.Added != out.Read || out.Problems != 0 {
		t.Errorf("first: got %+v, want all added", out)
	}
	if out := h.enrich(t, harvest.KEVCISA, f); out.Added+out.Changed+out.Withdrawn != 0 {
		t.Errorf("again: got %+v, want no change", out)
	}
}

func TestAssess(t *testing.T) {
	for name, tc := range map[string]struct {
		own  ward.Exploitation
		said signal.Said
		want ward.Exploitation
	}{
		"nothing":          {ward.ExploitationNone, signal.Said{}, ward.ExploitationNone},
		"document's word":  {ward.ExploitationProof, signal.Said{}, ward.ExploitationProof},
		"listed beats poc": {ward.ExploitationProof, signal.Said{Listed: true}, ward.ExploitationExploited},
		"ransom beats all": {ward.ExploitationExploited, signal.Said{Listed: true, Ransomware: true}, ward.ExploitationRansomware},
		"rejected":         {ward.ExploitationNone, signal.Said{Listed: true, Rejected: true}, ward.ExploitationNone},
	} {
		a := Advisory{own: tc.own}
		if assess(&a, []string{"C"}, map[string]signal.Said{"C": tc.said}); a.Exploited != tc.want {
			t.Errorf("%s: got %s, want %s", name, a.Exploited, tc.want)
		}
	}
}
