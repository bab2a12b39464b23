package advisory

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	"ward"
)

// paper is what a made document says; the zero fields have defaults.
type paper struct {
	id, version, title string
	date               time.Time
	tlp                string // "" means WHITE, "-" none
	product, rng       string
	cve                string
	vector             string // "-" means none
	fix                string
	namespace          string
	exploit            string // exploit_status
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// document writes a CSAF 2.0 document that the schema accepts.
func document(t testing.TB, p paper) []byte {
	t.Helper()
	if p.date.IsZero() {
		p.date = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	}
	p.id, p.version, p.cve = or(p.id, "TEST-1"), or(p.version, "1"), or(p.cve, "CVE-2026-1000")
	date := p.date.Format(time.RFC3339)
	type object = map[string]any
	doc := object{"category": "csaf_security_advisory", "csaf_version": "2.0", "title": or(p.title, "Pump opens a door"),
		"publisher": object{"category": "vendor", "name": "Acme Medical", "namespace": or(p.namespace, "https://acme.example")},
		"tracking": object{"id": p.id, "status": "final", "version": p.version, "initial_release_date": date, "current_release_date": date,
			"revision_history": []object{{"number": p.version, "date": date, "summary": "as it is"}}},
		"notes": []object{{"category": "summary", "text": "An attacker could change the infusion rate and cause harm to patients. Update soon."}}}
	if p.tlp != "-" {
		doc["distribution"] = object{"tlp": object{"label": or(p.tlp, "WHITE")}}
	}
	leaf := object{"category": "product_version_range", "name": or(p.rng, "<2.0"), "product": object{"name": "it", "product_id": "P1"}}
	vuln := object{"cve": p.cve, "product_status": object{"known_affected": []string{"P1"}},
		"remediations": []object{{"category": "vendor_fix", "details": or(p.fix, "Install 2.0."), "product_ids": []string{"P1"}}}}
	if p.vector != "-" {
		vuln["scores"] = []object{{"products": []string{"P1"}, "cvss_v3": object{"version": "3.1", "baseScore": 9.8, "baseSeverity": "CRITICAL",
			"vectorString": or(p.vector, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")}}}
	}
	if p.exploit != "" {
		vuln["threats"] = []object{{"category": "exploit_status", "details": p.exploit}}
	}
	b, err := json.Marshal(object{"document": doc, "vulnerabilities": []object{vuln},
		"product_tree": object{"branches": []object{{"category": "vendor", "name": "Acme Medical", "branches": []object{
			{"category": "product_name", "name": or(p.product, "Infusia 500"), "branches": []object{leaf}}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// file is one file of an archive.
type file struct {
	name string
	body []byte
}

func zipped(t testing.TB, files ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(f.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// accept takes in one file by the analyst.
func (h *house) accept(t testing.TB, body []byte) Outcome {
	t.Helper()
	out, err := h.Accept(context.Background(), analyst, Delivery{Name: "it.json", Body: bytes.NewReader(body)})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// testID is the advisory of the default paper.
var testID = IDOf("https://acme.example", "TEST-1")

func (h *house) head(t testing.TB, id ward.AdvisoryID) ward.AdvisoryHead {
	t.Helper()
	heads, err := h.Heads(context.Background(), []ward.AdvisoryID{id})
	if err != nil {
		t.Fatal(err)
	}
	head, ok := heads[id]
	if !ok {
		t.Fatalf("there is no advisory %s", id)
	}
	return head
}
