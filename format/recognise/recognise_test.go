package recognise

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ward/test/shared"
)

func zipped(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	return b.String()
}

func archive(t testing.TB, member string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if _, err := w.Create(member); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	return b.String()
}

func TestRecognise(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     Kind
	}{
		{"csaf", `{"document":{"category":"csaf_vex","csaf_version":"2.0"}}`, CSAF},
		{"csaf, tree first", `{"product_tree":{"branches":[]},"vulnerabilities":[{"cve":"CVE-2024-1111"}],"document":{"csaf_version":"2.0"}}`, CSAF},
		{"csaf cut off", `{"document":{"category":"csaf_base","publisher":{"name":"x"},"tracking":{"id":"x"},"notes":[{"te`, CSAF},
		{"provider", `{"canonical_url":"https://x","metadata_version":"2.0"}`, CSAFProvider},
		{"aggregator", `{"aggregator":{"name":"x"},"aggregator_version":"2.0"}`, CSAFAggregator},
		{"feed", `{"feed":{"id":"x","entry":[]}}`, ROLIE},
		{"service", `{"service":{"workspace":[]}}`, ROLIE},
		{"cyclonedx", "\ufeff \n{\"$schema\":\"x\",\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\"}", CycloneDXJSON},
		{"cyclonedx xml", `<?xml version="1.0"?><!-- x --><bom xmlns="http://cyclonedx.org/schema/bom/1.4"/>`, CycloneDXXML},
		{"cyclonedx xml with prefix", `<b:bom xmlns:b="http://cyclonedx.org/schema/bom/1.4"/>`, CycloneDXXML},
		{"spdx", `{"SPDXID":"SPDXRef-DOCUMENT","spdxVersion":"SPDX-2.3"}`, SPDXJSON},
		{"spdx tag-value", "# comment\nSPDXVersion: SPDX-2.3\n", SPDXTagValue},
		{"spdx 3", `{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[]}`, SPDX3},
		{"openvex", `{"@context":"https://openvex.dev/ns/v0.2.0"}`, OpenVEX},
		{"vex manifest", `{"ID":"pkg:golang/x","Sources":[{"Path":"a.json","URL":"https://x"}]}`, VEXIndex},
		{"cisa kev", `{"title":"x","catalogVersion":"1","vulnerabilities":[{"cveID":"CVE-2024-1111"}]}`, CISAKEV},
		{"empty cisa kev", `{"catalogVersion":"1","dateReleased":"x","count":0,"vulnerabilities":[]}`, CISAKEV},
		{"eu kev", `[{"cveID":"CVE-2024-1111","euvdID":"EUVD-2024-1"}]`, EUKEV},
		{"eu kev as a table", "cveID,euvdID,vendorProject,product,dateReported,originSource\nCVE-2024-1111,EUVD-2024-1,V,P,09/09/25,cnw\n", EUKEV},
		{"dump of both", `[{"cveId":"CVE-2024-1111","euvdId":"EUVD-2024-1","dateAdded":"2024-01-02","sources":["cisa_kev"]}]`, EUKEV},
		{"epss", "#model_version:v1,score_date:x\ncve,epss,percentile\n", EPSS},
		{"epss packed", zipped(t, "#model_version:v1,score_date:x\ncve,epss,percentile\n"), EPSS},
		{"cve", `{"dataType":"CVE_RECORD","dataVersion":"5.1"}`, CVE5},
		{"osv", `{"schema_version":"1.6.0","id":"GO-1","modified":"x","affected":[]}`, OSV},
		{"stix", `{"type":"bundle","id":"bundle--x","objects":[]}`, STIX},
		{"cacao", `{"type":"playbook","spec_version":"cacao-2.0","id":"playbook--x"}`, CACAO},
		{"misp", `{"Event":{"info":"x"}}`, MISP},
		{"misp response", `{"response":[{"Event":{}}]}`, MISP},
		{"table", "Hersteller;Modell;Seriennummer\na;b;c\n", SheetCSV},
		{"workbook", archive(t, "xl/workbook.xml"), SheetXLSX},
		{"other archive", archive(t, "word/document.xml"), Unknown},
		{"listing", "2024/a.json\n2024/b.json\n", CSAFListing},
		{"changes", "\"2024/a.json\",\"2024-01-01T00:00:00Z\"\n", CSAFListing},
		{"signature", "-----BEGIN PGP SIGNATURE-----\n", Signature},
		{"digest", strings.Repeat("0a", 64) + "  a.json\n", Signature},
		{"prose", "This is a text, and it has commas, of course.\n", Unknown},
		{"empty", "", Unknown},
		{"empty object", "{}", Unknown},
		{"another JSON", `{"a":[1,2,{"document":{"csaf_version":"2.0"}}]}`, Unknown},
		{"broken", `{"a":`, Unknown},
	} {
		if got := Recognise("file", []byte(c.in)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name, in string
		kind     Kind
		version  string
		place    string // of the first problem, "" for a good file
	}{
		{"a.json", `{"bomFormat":"CycloneDX","specVersion":"1.5","version":1}`, CycloneDXJSON, "1.5", ""},
		{"a.json", `{"bomFormat":"CycloneDX","specVersion":"1.5","version":0}`, CycloneDXJSON, "1.5", "/version"},
		{"a.xml", `<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><x/></bom>`, CycloneDXXML, "1.4", "1:"},
		{"a.spdx", "SPDXVersion: SPDX-2.3\n", SPDXTagValue, "2.3", "1:1"},
		{"a.json", `{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}`, SPDX3, "3", "/@context"},
		{"a.json", `{"document":{"csaf_version":"2.0"}}`, CSAF, "2.0", "/document"},
		{"a.json", `{"canonical_url":"x","metadata_version":"2.0"}`, CSAFProvider, "2.0", "/"},
		{"a.json", `{"@context":"https://openvex.dev/ns/v0.2.0"}`, OpenVEX, "0.2.0", "/"},
		{"a.json", `{"ID":"x","Sources":[{"Path":"x"}]}`, VEXIndex, "", ""},
		{"a.json", `[{"cveID":"CVE-1","euvdID":"x"}]`, EUKEV, "", "/0/cveID"},
		{"a.csv", "cve,epss\nCVE-2024-1111,7\n", EPSS, "", "row 2"},
		{"a.csv", "vendor,model\na,b\n", SheetCSV, "", ""},
		{"a.csv", "vendor,department\na,b\n", SheetCSV, "", "row 1"},
		{"a.csv", "vendor,model\nä,ü\n\xe4,b\n", SheetCSV, "", "byte 19"},
		{"a.csv", "vendor,model\na,\"b\n", SheetCSV, "", "row 2"},
		{"a.txt", "hello", Unknown, "", "/"},
		{"a.txt", "", Unknown, "", "/"},
		{"a.json", "\xef\xbb\xbf", Unknown, "", "/"},
		{"a.json", "{\"a\":1,\x00}", Unknown, "", "byte"},
		{"a.json", "\xff\xfe{\x00\"\x00", Unknown, "", "/"},
		{"a.json", strings.Repeat("[", 1000), Unknown, "", "byte"},
		{"a.gz", zipped(t, "x"), Unknown, "", "/"},
	} {
		r := Check(c.name, []byte(c.in))
		place := ""
		if r.Bad() {
			place = r.Problems[0].Place
		}
		if r.Kind != c.kind || r.Version != c.version || (c.place == "") != (place == "") || !strings.HasPrefix(place, c.place) {
			t.Errorf("%.60q: got %s %q and %v, want %s %q and a problem at %q", c.in, r.Kind, r.Version, r.Problems, c.kind, c.version, c.place)
		}
	}
}

// TestSharedFolders recognises real files by content, whatever their name.
func TestSharedFolders(t *testing.T) {
	for _, c := range []struct {
		dir   string
		kinds []Kind
	}{
		{"advisories/cisa-csaf/icsma/2017", []Kind{CSAF, Signature}},
		{"advisories/redhat-csaf", []Kind{CSAF}},
		{"vex/aqua-vexhub", []Kind{OpenVEX, VEXIndex}},
		{"vuln/cve5", []Kind{CVE5}},
		{"vuln/epss", []Kind{EPSS}},
		{"vuln/osv/trustify", []Kind{OSV}},
		{"sbom/cyclonedx-bom-examples", []Kind{CycloneDXJSON, CycloneDXXML}},
		{"sbom/spdx-examples", []Kind{SPDXJSON, SPDXTagValue, SPDX3}},
		{"stix/unit42-reports", []Kind{STIX}},
	} {
		files, _ := filepath.Glob(filepath.Join(shared.Path(t, c.dir), "*"))
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Ext(f) == ".gz" {
				z, err := gzip.NewReader(bytes.NewReader(data))
				if err != nil {
					t.Fatal(err)
				}
				if data, err = io.ReadAll(z); err != nil {
					t.Fatal(err)
				}
			}
			got := Recognise("file", data)
			ok := false
			for _, k := range c.kinds {
				ok = ok || got == k
			}
			if !ok {
				t.Errorf("%s: got %s, want one of %v", filepath.Base(f), got, c.kinds)
			}
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("a", []byte(`{"document":{"csaf_version":"2.0"}}`))
	f.Add("a.csv", []byte("vendor,model\na,b\n"))
	f.Add("a", []byte(`[{"cveID":"CVE-2024-1111","euvdID":"x"}]`))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		r := Check(name, data)
		if r.Kind != Recognise(name, data) {
			t.Fatalf("Check says %s, Recognise %s", r.Kind, Recognise(name, data))
		}
		if r.Kind == Unknown && !r.Bad() {
			t.Fatal("an unknown file passes")
		}
	})
}

func ExampleCheck() {
	r := Check("bom.json", []byte(`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"device"}]}`))
	fmt.Println(r.Kind, r.Version)
	for _, p := range r.Problems {
		fmt.Println(p)
	}
	// Output:
	// cyclonedx-json 1.6
	// /components/0: required: "name" is missing
}
