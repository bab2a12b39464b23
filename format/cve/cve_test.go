package cve

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ward/test/shared"
)

const published = `{"dataType":"CVE_RECORD","dataVersion":"5.2","cveMetadata":{"cveId":"CVE-2024-12345",
"assignerOrgId":"3e671687-395b-41f5-a30f-a58921a69b79","state":"PUBLISHED","datePublished":"2024-05-01T10:00:00.000Z"},
"containers":{"cna":{"providerMetadata":{"orgId":"3e671687-395b-41f5-a30f-a58921a69b79","shortName":"maker"},"title":"T",
"descriptions":[{"lang":"fr","value":"Un défaut"},{"lang":"en-US","value":"A flaw"}],
"affected":[{"vendor":"Maker","product":"Pump","defaultStatus":"unaffected","cpes":["cpe:2.3:o:maker:pump:*:*:*:*:*:*:*:*"],
"versions":[{"version":"0","lessThan":"2.1","status":"affected","versionType":"semver"}]}],
"references":[{"url":"https://maker.example/a"}],
"metrics":[{"cvssV3_1":{"version":"3.1","vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H","baseScore":9.8,"baseSeverity":"CRITICAL"}}]},
"adp":[{"providerMetadata":{"orgId":"134c704f-9b21-4f2e-91b3-4a467353bcc0","shortName":"adp"},
"affected":[{"packageURL":"pkg:deb/pump","versions":[{"version":"1","lessThanOrEqual":"*","status":"affected"}]}],
"problemTypes":[{"descriptions":[{"lang":"en","description":"x","cweId":"CWE-79"}]}],"references":[{"url":"https://maker.example/a"}]}]}}`

func TestParse(t *testing.T) {
	r, err := Parse([]byte(published), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if r.ID != "CVE-2024-12345" || r.Rejected() || r.Published.Year() != 2024 || len(r.Affected) != 2 {
		t.Errorf("got %+v, want a published record of 2024 with two products", r)
	}
	if m := r.Metrics[0]; m.Version != "3.1" || m.Score != 9.8 || m.Source != "maker" {
		t.Errorf("got %+v, want the CNA's 9.8 of CVSS 3.1", m)
	}
	if v := r.Affected[0].Versions[0]; v.LessThan != "2.1" || v.Type != "semver" {
		t.Errorf("got %+v, want a semver range below 2.1", v)
	}
	if r.Description != "A flaw" || r.Affected[1].Source != "adp" || len(r.References) != 1 || r.CWEs[0] != "CWE-79" || r.Affected[0].CPEs[0] == "" {
		t.Errorf("got %+v, want the English text, both containers and each reference once", r)
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"good", "", "", ""},
		{"id", "CVE-2024-12345", "CVE-24-1", "/cveMetadata/cveId"},
		{"state", "PUBLISHED", "ODD", "/cveMetadata/state"},
		{"version", `"5.2"`, `"4.0"`, "/dataVersion"},
		{"no descriptions", `"descriptions":[{"lang":"fr"`, `"x":[{"lang":"fr"`, "/containers/cna"},
		{"status", `"status":"affected","versionType"`, `"status":"bad","versionType"`, "/containers/cna/affected/0/versions/0/status"},
		{"score", "9.8", "19.8", "/containers/cna/metrics/0/cvssV3_1/baseScore"},
		{"two bounds", `"lessThan":"2.1"`, `"lessThan":"2.1","lessThanOrEqual":"2.1"`, "/containers/cna/affected/0/versions/0"},
		{"cut off", `"state":"PUBLISHED"`, `"state":`, "byte"},
	} {
		found := Validate([]byte(strings.Replace(published, c.old, c.new, 1)))
		switch {
		case c.want == "" && len(found) > 0:
			t.Errorf("%s: got %v, want nothing", c.name, found)
		case c.want != "" && (len(found) == 0 || !strings.HasPrefix(found[0].Place, c.want)):
			t.Errorf("%s: got %v, want a problem at %s", c.name, found, c.want)
		}
	}
}

func TestRejected(t *testing.T) {
	r, err := Parse([]byte(`{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{"cveId":"CVE-2024-1111","assignerOrgId":"3e671687-395b-41f5-a30f-a58921a69b79","state":"REJECTED"},
"containers":{"cna":{"providerMetadata":{"orgId":"3e671687-395b-41f5-a30f-a58921a69b79"},"rejectedReasons":[{"lang":"en","value":"not a flaw"}]}}}`), Limits{})
	if err != nil || !r.Rejected() || r.Description != "not a flaw" {
		t.Errorf("got %+v, %v, want a rejected record with its reason", r, err)
	}
}

// The format asks for no date; whatever there is tells which of two records is newer.
func TestChanged(t *testing.T) {
	for meta, want := range map[string]string{
		`"datePublished":"2024-05-01T10:00:00Z","dateUpdated":"2024-06-01T10:00:00"`: "2024-06-01", `"datePublished":"2024-05-01T10:00:00.000Z"`: "2024-05-01"} {
		r, err := Parse([]byte(strings.Replace(published, `"datePublished":"2024-05-01T10:00:00.000Z"`, meta, 1)), Limits{})
		if err != nil || r.Updated.Format("2006-01-02") != want {
			t.Errorf("%s: got %v, %v, want %s", meta, r, err, want)
		}
	}
	r, err := Parse([]byte(`{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{"cveId":"CVE-2024-1111","assignerOrgId":"3e671687-395b-41f5-a30f-a58921a69b79","state":"REJECTED",
"datePublished":"2024-05-01T10:00:00Z","dateRejected":"2024-07-01T10:00:00Z"},"containers":{"cna":{"providerMetadata":{"orgId":"3e671687-395b-41f5-a30f-a58921a69b79"},"rejectedReasons":[{"lang":"en","value":"x"}]}}}`), Limits{})
	if err != nil || r.Updated.Format("2006-01-02") != "2024-07-01" {
		t.Errorf("got %+v, %v, want the day of the rejection", r, err)
	}
}

// TestSharedRecords reads real records: all must parse, name a product and
// keep their description.
func TestSharedRecords(t *testing.T) {
	dir := shared.Path(t, "vuln/cve5")
	files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	if len(files) == 0 {
		t.Fatal("got no files, want records")
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Parse(data, Limits{})
		if err != nil || len(r.Affected) == 0 || r.Description == "" || r.Published.IsZero() {
			t.Errorf("%s: got %+v, %v, want a record with products, a text and a day", filepath.Base(f), r, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(published))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Parse(data, Limits{Bytes: 1 << 16})
		if err == nil && !ValidID(r.ID) {
			t.Fatalf("got a record with the identifier %q", r.ID)
		}
		if (err == nil) != (len(Validate(data)) == 0) && len(data) <= 1<<16 {
			t.Fatalf("Parse says %v and Validate %v", err, Validate(data))
		}
	})
}

func ExampleParse() {
	r, err := Parse([]byte(published), Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	a := r.Affected[0]
	fmt.Println(r.ID, a.Vendor, a.Product, "<", a.Versions[0].LessThan)
	// Output: CVE-2024-12345 Maker Pump < 2.1
}
