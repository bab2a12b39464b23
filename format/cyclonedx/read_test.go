package cyclonedx

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

	cdx "github.com/CycloneDX/cyclonedx-go"

	"ward/format/problem"
	"ward/format/sbom"
	"ward/test/shared"
)

const sampleJSON = `{"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79","version":2,
"metadata":{"timestamp":"2024-05-01T10:00:00Z","component":{"type":"device","bom-ref":"pump","name":"Pump","version":"2.1","manufacturer":{"name":"Maker"}}},
"components":[{"type":"firmware","bom-ref":"os","name":"Pump OS","version":"2.1","supplier":{"name":"Maker"},"components":[
{"type":"library","bom-ref":"z","group":"g","name":"zlib","version":"1.2.11","purl":"pkg:generic/zlib@1.2.11","cpe":"cpe:2.3:a:zlib:zlib:1.2.11:*:*:*:*:*:*:*","hashes":[{"alg":"MD5","content":"912ec803b2ce49e4a541068d495ab570"}]}]}],
"dependencies":[{"ref":"os","dependsOn":["z"]}],
"vulnerabilities":[{"id":"CVE-2018-25032","source":{"name":"NVD"},"analysis":{"state":"not_affected","justification":"code_not_reachable","response":["update"],"detail":"d"},"affects":[{"ref":"z"}]}]}`

const sampleXML = `<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79" version="2">
<metadata><timestamp>2024-05-01T10:00:00Z</timestamp><component type="device" bom-ref="pump"><manufacturer><name>Maker</name></manufacturer><name>Pump</name><version>2.1</version></component></metadata>
<components><component type="firmware" bom-ref="os"><supplier><name>Maker</name></supplier><name>Pump OS</name><version>2.1</version><components>
<component type="library" bom-ref="z"><group>g</group><name>zlib</name><version>1.2.11</version><hashes><hash alg="MD5">912ec803b2ce49e4a541068d495ab570</hash></hashes><cpe>cpe:2.3:a:zlib:zlib:1.2.11:*:*:*:*:*:*:*</cpe><purl>pkg:generic/zlib@1.2.11</purl></component>
</components></component></components>
<dependencies><dependency ref="os"><dependency ref="z"/></dependency></dependencies>
<vulnerabilities><vulnerability><id>CVE-2018-25032</id><source><name>NVD</name></source><analysis><state>not_affected</state><justification>code_not_reachable</justification><responses><response>update</response></responses><detail>d</detail></analysis><affects><target><ref>z</ref></target></affects></vulnerability></vulnerabilities>
</bom>`

// withoutPlaces makes documents of two encodings comparable.
func withoutPlaces(d *sbom.Document) *sbom.Document {
	for i := range d.Components {
		d.Components[i].Place = ""
	}
	if d.Product != nil {
		d.Product.Place = ""
	}
	return d
}

func TestReadGivesTheSameForJSONAndXML(t *testing.T) {
	a, err := Read([]byte(sampleJSON), sbom.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := Read([]byte(sampleXML), sbom.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := withoutPlaces(a), withoutPlaces(b); !reflect.DeepEqual(a, b) {
		t.Errorf("got %+v\nand %+v, want the same", a, b)
	}
	if len(a.Components) != 2 || a.Components[1].Parent != "os" || a.Product.Supplier != "Maker" || a.Vulnerabilities[0].State != "not_affected" || a.Dependencies[0].On[0] != "z" {
		t.Errorf("got %+v, want two components, the product, one statement, one dependency", a)
	}
	for _, doc := range []string{sampleJSON, sampleXML} {
		if found := Validate([]byte(doc)); len(found) > 0 {
			t.Errorf("got %v, want a valid sample", found)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	deep := strings.Repeat(`{"type":"library","name":"a","components":[`, 200) + strings.Repeat(`]}`, 200)
	for _, c := range []struct{ name, in, rule string }{
		{"empty", "", "json"},
		{"edition", strings.Replace(sampleJSON, `"1.6"`, `"9.9"`, 1), "edition"},
		{"another format", `{"spdxVersion":"SPDX-2.3"}`, "edition"},
		{"deep", `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[` + deep + `]}`, "depth"},
		{"many", strings.Replace(sampleJSON, `"components":[`, `"components":[{"type":"library","name":"x"},{"type":"library","name":"y"},`, 1), "count"},
		{"entity bomb", `<!DOCTYPE x [<!ENTITY a "b">]><bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>`, "doctype"},
		{"XML edition", strings.Replace(sampleXML, "bom/1.6", "bom/9.9", 1), "edition"},
		{"XML cut off", sampleXML[:200], "xml"},
	} {
		_, err := Read([]byte(c.in), sbom.Limits{Components: 3})
		var p problem.Problem
		if !errors.As(err, &p) || p.Rule != c.rule {
			t.Errorf("%s: got %v, want rule %q", c.name, err, c.rule)
		}
	}
}

func TestValidateNamesThePlace(t *testing.T) {
	for _, c := range []struct{ name, doc, old, new, place, rule string }{
		{"reference twice", sampleJSON, `"bom-ref":"z"`, `"bom-ref":"os"`, "/components/0/components/0/bom-ref", "ref-unique"},
		{"type", sampleJSON, `"type":"firmware"`, `"type":"soft"`, "/components/0/type", "enum"},
		{"hash", sampleJSON, `912ec803`, `x`, "/components/0/components/0/hashes/0/content", "pattern"},
		{"unknown member", sampleJSON, `"group":"g"`, `"gruppe":"g"`, "/components/0/components/0/gruppe", "unknown"},
		{"XML reference twice", sampleXML, `bom-ref="z"`, `bom-ref="os"`, "5:", "ref-unique"},
		{"XML order", sampleXML, `<name>Pump OS</name><version>2.1</version>`, `<version>2.1</version><name>Pump OS</name>`, "4:", "required"},
		{"XML hash", sampleXML, `912ec803`, `x`, "5:", "pattern"},
		{"XML attribute", sampleXML, `alg="MD5"`, `alg="MD0"`, "5:", "enum"},
	} {
		found := Validate([]byte(strings.Replace(c.doc, c.old, c.new, 1)))
		if len(found) == 0 || !strings.HasPrefix(found[0].Place, c.place) || found[0].Rule != c.rule {
			t.Errorf("%s: got %v, want %s at %s", c.name, found, c.rule, c.place)
		}
	}
}

// unpacked reads a file of the data set, gzip or not; nil for other packings.
func unpacked(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	switch filepath.Ext(name) {
	case ".gz":
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if data, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	case ".xz", ".bz2":
		return nil
	}
	return data
}

// TestSharedAgainstLibrary reads real documents and compares with the
// standard's own Go library: the same components in the same order.
func TestSharedAgainstLibrary(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(shared.Path(t, "sbom"), "*", "*"))
	compared := 0
	for _, name := range files {
		data := unpacked(t, name)
		if !bytes.Contains(data[:min(len(data), 4096)], []byte("yclone")) || bytes.Contains(data[:min(len(data), 512)], []byte("bom/1.1")) {
			continue
		}
		got, err := Read(data, sbom.Limits{})
		if err != nil {
			continue // SPDX that names the tool
		}
		format := cdx.BOMFileFormatJSON
		if looksXML(data) {
			format = cdx.BOMFileFormatXML
		}
		var bom cdx.BOM
		if err := cdx.NewBOMDecoder(bytes.NewReader(data), format).Decode(&bom); err != nil {
			t.Logf("%s: the library says %v", filepath.Base(name), err)
			continue
		}
		var want []string
		if bom.Metadata != nil && bom.Metadata.Component != nil {
			want = flatten(want, bom.Metadata.Component.Components)
		}
		want = flatten(want, bom.Components)
		var have []string
		for _, c := range got.Components {
			have = append(have, strings.Join([]string{c.Ref, c.Name, c.Version, c.PURL, c.CPE}, "|"))
		}
		if !reflect.DeepEqual(have, want) {
			t.Errorf("%s: got %d components, want %d", filepath.Base(name), len(have), len(want))
		}
		compared++
	}
	if compared < 50 {
		t.Errorf("got %d documents to compare, want 50 at least", compared)
	}
}

func flatten(out []string, list *[]cdx.Component) []string {
	if list == nil {
		return out
	}
	for _, c := range *list {
		if c.Name != "" {
			out = append(out, strings.Join([]string{c.BOMRef, strings.TrimSpace(c.Name), strings.TrimSpace(c.Version), c.PackageURL, c.CPE}, "|"))
		}
		out = flatten(out, c.Components)
	}
	return out
}

func FuzzValidate(f *testing.F) {
	f.Add([]byte(sampleJSON))
	f.Add([]byte(sampleXML))
	f.Fuzz(func(t *testing.T, data []byte) {
		found := Validate(data)
		doc, err := Read(data, sbom.Limits{Components: 100})
		if len(found) == 0 && err != nil {
			t.Fatalf("valid, and yet Read says %v", err)
		}
		if err == nil && len(doc.Components) > 100 {
			t.Fatalf("got %d components, want 100 at most", len(doc.Components))
		}
	})
}

func BenchmarkValidate5000(b *testing.B) {
	var s strings.Builder
	s.WriteString(`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[`)
	for i := range 5000 {
		if i > 0 {
			s.WriteByte(',')
		}
		fmt.Fprintf(&s, `{"type":"library","bom-ref":"c%d","name":"lib%d","version":"1.%d","purl":"pkg:npm/lib%d@1.%d","licenses":[{"license":{"id":"MIT"}}]}`, i, i, i, i, i)
	}
	s.WriteString("]}")
	data := []byte(s.String())
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if found := Validate(data); len(found) > 0 {
			b.Fatal(found)
		}
	}
}

func ExampleRead() {
	doc, err := Read([]byte(sampleJSON), sbom.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(doc.Product.Name, doc.Product.Supplier)
	for _, c := range doc.Components {
		fmt.Println(c.Type, c.Name, c.Version)
	}
	// Output:
	// Pump Maker
	// firmware Pump OS 2.1
	// library zlib 1.2.11
}

func ExampleValidate() {
	for _, p := range Validate([]byte(`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"name":"zlib"}]}`)) {
		fmt.Println(p)
	}
	// Output: /components/0: required: "type" is missing
}
