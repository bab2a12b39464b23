package spdx

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	spdxjson "github.com/spdx/tools-golang/json"
	spdxtag "github.com/spdx/tools-golang/tagvalue"

	"ward/format/cyclonedx"
	"ward/format/problem"
	"ward/format/sbom"
	"ward/test/shared"
)

const sampleJSON = `{"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"pump","documentNamespace":"https://maker.example/pump",
"creationInfo":{"created":"2024-05-01T10:00:00Z","creators":["Organization: Maker","Tool: x"]},
"packages":[
{"SPDXID":"SPDXRef-pump","name":"Pump","versionInfo":"2.1","supplier":"Organization: Maker (info@maker.example)","downloadLocation":"NOASSERTION","primaryPackagePurpose":"DEVICE"},
{"SPDXID":"SPDXRef-os","name":"Pump OS","versionInfo":"2.1","supplier":"Organization: Maker","downloadLocation":"NONE","primaryPackagePurpose":"FIRMWARE"},
{"SPDXID":"SPDXRef-z","name":"zlib","versionInfo":"1.2.11","supplier":"NOASSERTION","downloadLocation":"NOASSERTION","primaryPackagePurpose":"LIBRARY",
"checksums":[{"algorithm":"SHA256","checksumValue":"ab"}],
"externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:generic/zlib@1.2.11"},
{"referenceCategory":"SECURITY","referenceType":"cpe23Type","referenceLocator":"cpe:2.3:a:zlib:zlib:1.2.11:*:*:*:*:*:*:*"},
{"referenceCategory":"SECURITY","referenceType":"cpe22Type","referenceLocator":"cpe:/a:zlib:zlib:1.2.11"}]}],
"relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-pump"},
{"spdxElementId":"SPDXRef-os","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-z"}]}`

const sampleTag = `SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: pump
DocumentNamespace: https://maker.example/pump
Creator: Organization: Maker
Creator: Tool: x
Created: 2024-05-01T10:00:00Z
CreatorComment: <text>two
lines</text>

# the product
PackageName: Pump
SPDXID: SPDXRef-pump
PackageVersion: 2.1
PackageSupplier: Organization: Maker (info@maker.example)
PackageDownloadLocation: NOASSERTION
PrimaryPackagePurpose: DEVICE

PackageName: Pump OS
SPDXID: SPDXRef-os
PackageVersion: 2.1
PackageSupplier: Organization: Maker
PackageDownloadLocation: NONE
PrimaryPackagePurpose: FIRMWARE

PackageName: zlib
SPDXID: SPDXRef-z
PackageVersion: 1.2.11
PackageSupplier: NOASSERTION
PackageDownloadLocation: NOASSERTION
PrimaryPackagePurpose: LIBRARY
PackageChecksum: SHA256: ab
ExternalRef: PACKAGE-MANAGER purl pkg:generic/zlib@1.2.11
ExternalRef: SECURITY cpe23Type cpe:2.3:a:zlib:zlib:1.2.11:*:*:*:*:*:*:*
ExternalRef: SECURITY cpe22Type cpe:/a:zlib:zlib:1.2.11

Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-pump
Relationship: SPDXRef-os DEPENDS_ON SPDXRef-z
`

// sampleCycloneDX is the same inventory.
const sampleCycloneDX = `{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"device","bom-ref":"SPDXRef-pump","name":"Pump","version":"2.1","supplier":{"name":"Maker"}}},
"components":[{"type":"firmware","bom-ref":"SPDXRef-os","name":"Pump OS","version":"2.1","supplier":{"name":"Maker"}},
{"type":"library","bom-ref":"SPDXRef-z","name":"zlib","version":"1.2.11","purl":"pkg:generic/zlib@1.2.11","cpe":"cpe:2.3:a:zlib:zlib:1.2.11:*:*:*:*:*:*:*","hashes":[{"alg":"SHA-256","content":"ab"}]}],
"dependencies":[{"ref":"SPDXRef-os","dependsOn":["SPDXRef-z"]}]}`

// inventory leaves of a document what all three encodings must agree in.
func inventory(t *testing.T, doc *sbom.Document, err error) []sbom.Component {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if doc.Product == nil || len(doc.Dependencies) != 1 || doc.Dependencies[0].On[0] != "SPDXRef-z" {
		t.Fatalf("got %+v, want a product and one dependency", doc)
	}
	out := append([]sbom.Component{*doc.Product}, doc.Components...)
	for i := range out {
		out[i].Place, out[i].Aliases = "", nil
	}
	return out
}

func TestSameInventoryInEveryFormat(t *testing.T) {
	a, err := Read([]byte(sampleJSON), sbom.Limits{})
	fromJSON := inventory(t, a, err)
	b, err := Read([]byte(sampleTag), sbom.Limits{})
	fromTag := inventory(t, b, err)
	c, err := cyclonedx.Read([]byte(sampleCycloneDX), sbom.Limits{})
	fromCycloneDX := inventory(t, c, err)
	if !reflect.DeepEqual(fromJSON, fromTag) {
		t.Errorf("JSON gives %+v,\ntag-value %+v", fromJSON, fromTag)
	}
	if !reflect.DeepEqual(fromJSON, fromCycloneDX) {
		t.Errorf("SPDX gives %+v,\nCycloneDX %+v", fromJSON, fromCycloneDX)
	}
	for _, doc := range []string{sampleJSON, sampleTag} {
		if found := Validate([]byte(doc)); len(found) > 0 {
			t.Errorf("got %v, want a valid sample", found)
		}
	}
}

// Faults cost their lines, never the packages behind them, however many there are.
func TestPackagesBehindManyFaults(t *testing.T) {
	var b strings.Builder
	b.WriteString("SPDXVersion: SPDX-2.3\r\nSPDXID: SPDXRef-DOCUMENT\r\n")
	for i := range 2 * problem.Limit {
		fmt.Fprintf(&b, "PackageName: p%d\r\nSPDXID: SPDXRef-%d\r\nPackageMood: <text>two\r\nlines</text>\r\n", i, i)
	}
	doc, err := Read([]byte(b.String()), sbom.Limits{})
	if err != nil || len(doc.Components) != 2*problem.Limit || len(doc.Problems) != problem.Limit {
		t.Errorf("got %+v, %v, want all packages and the first faults", doc, err)
	}
}

func TestValidateNamesThePlace(t *testing.T) {
	for _, c := range []struct{ name, doc, old, new, place, rule string }{
		{"version", sampleJSON, "SPDX-2.3", "SPDX-2.9", "/spdxVersion", "edition"},
		{"no name", sampleJSON, `"name":"zlib",`, "", "/packages/2", "required"},
		{"identifier", sampleJSON, `"SPDXID":"SPDXRef-z"`, `"SPDXID":"zlib"`, "/packages/2/SPDXID", "pattern"},
		{"identifier twice", sampleJSON, `"SPDXID":"SPDXRef-z"`, `"SPDXID":"SPDXRef-os"`, "/packages/2/SPDXID", "ref-unique"},
		{"unknown element", sampleJSON, `"relatedSpdxElement":"SPDXRef-z"`, `"relatedSpdxElement":"SPDXRef-no"`, "/relationships/1/relatedSpdxElement", "ref-unknown"},
		{"relationship type", sampleJSON, "DEPENDS_ON", "NEEDS", "/relationships/1/relationshipType", "enum"},
		{"date", sampleJSON, "2024-05-01T10", "2024-05-01 10", "/creationInfo/created", "pattern"},
		{"namespace", sampleJSON, "https://maker.example/pump", "https://maker.example/pump#x", "/documentNamespace", "pattern"},
		{"tag-value line", sampleTag, "PackageDownloadLocation: NONE", "", "20:1", "required"},
		{"tag-value pattern", sampleTag, "SPDXRef-z\nPackageVersion", "zlib\nPackageVersion", "28:1", "pattern"},
		{"unknown tag", sampleTag, "PackageVersion", "packageversion", "15:1", "unknown"},
		{"no tag", sampleTag, "DocumentName: pump", "DocumentName", "4:1", "syntax"},
		{"unclosed text", sampleTag, "</text>", "", "9:1", "syntax"},
		{"package line before a package", "SPDXVersion: SPDX-2.3\nPackageVersion: 1\n", "", "", "2:1", "order"},
		{"cut off", sampleJSON[:400], "", "", "byte", "json"},
	} {
		found := Validate([]byte(strings.Replace(c.doc, c.old, c.new, 1)))
		ok := false
		for _, p := range found {
			ok = ok || strings.HasPrefix(p.Place, c.place) && p.Rule == c.rule
		}
		if !ok {
			t.Errorf("%s: got %v, want %s at %s", c.name, found, c.rule, c.place)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct{ name, in, rule string }{
		{"empty", "", "edition"},
		{"SPDX 3", `{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[]}`, "edition"},
		{"deep", `{"a":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `}`, "depth"},
		{"many", sampleJSON, "count"},
		{"binary", "\x00\x01\x02", "edition"},
	} {
		_, err := Read([]byte(c.in), sbom.Limits{Components: 1})
		var p problem.Problem
		if !errors.As(err, &p) || p.Rule != c.rule {
			t.Errorf("%s: got %v, want rule %q", c.name, err, c.rule)
		}
	}
}

// TestSharedAgainstLibrary reads real documents and compares the packages with
// those that the SPDX project's own Go library finds.
func TestSharedAgainstLibrary(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(shared.Path(t, "sbom"), "*", "*"))
	compared := 0
	for _, name := range files {
		data := unpacked(t, name)
		doc, err := Read(data, sbom.Limits{})
		if err != nil {
			continue
		}
		want, err := library(data)
		if err != nil {
			t.Logf("%s: the library says %v", filepath.Base(name), err)
			continue
		}
		have := len(doc.Components)
		if doc.Product != nil {
			have++
		}
		if have != want {
			t.Errorf("%s: got %d packages, want %d", filepath.Base(name), have, want)
		}
		compared++
	}
	if compared < 20 {
		t.Errorf("got %d documents to compare, want 20 at least", compared)
	}
}

func library(data []byte) (int, error) {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		doc, err := spdxjson.Read(bytes.NewReader(data))
		if err != nil {
			return 0, err
		}
		return len(doc.Packages), nil
	}
	doc, err := spdxtag.Read(bytes.NewReader(data))
	if err != nil {
		return 0, err
	}
	return len(doc.Packages), nil
}

func unpacked(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Ext(name) == ".gz" {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if data, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	}
	return data
}

func FuzzValidate(f *testing.F) {
	f.Add([]byte(sampleJSON))
	f.Add([]byte(sampleTag))
	f.Fuzz(func(t *testing.T, data []byte) {
		found := Validate(data)
		doc, err := Read(data, sbom.Limits{Components: 50})
		if len(found) == 0 && err != nil && !strings.Contains(err.Error(), "count") {
			t.Fatalf("valid, and yet Read says %v", err)
		}
		if err == nil && len(doc.Components) > 50 {
			t.Fatalf("got %d components, want 50 at most", len(doc.Components))
		}
	})
}

func ExampleRead() {
	doc, err := Read([]byte(sampleTag), sbom.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(doc.Product.Name, doc.Product.Supplier)
	for _, c := range doc.Components {
		fmt.Println(strings.TrimSpace(c.Name + " " + c.Version + " " + c.PURL))
	}
	// Output:
	// Pump Maker
	// Pump OS 2.1
	// zlib 1.2.11 pkg:generic/zlib@1.2.11
}
