package upload

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"ward"
)

// namesOf lists names for a comparison.
func namesOf(list []ward.ProductRef) (out []string) {
	for _, r := range list {
		out = append(out, r.Name)
	}
	return out
}

const nameless = `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[
 {"type":"application","bom-ref":"a","name":"Viewer","version":"2"},
 {"type":"library","name":"openssl","version":"3.0.1"},{"type":"library","name":"zlib","version":"1.2.11"}]}`

// A bill that does not say what it is of may be hung on a device with all that it
// lists, libraries above all.
func TestPartsOfANamelessBill(t *testing.T) {
	_, parts, err := Parts([]byte(nameless))
	if got := namesOf(parts); err != nil || !slices.Equal(got, []string{"Viewer", "openssl", "zlib"}) {
		t.Errorf("got %q, %v, want all three", got, err)
	}
	only := `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[{"type":"library","name":"openssl"}]}`
	if _, parts, err = Parts([]byte(only)); err != nil || len(parts) != 1 {
		t.Errorf("libraries only: got %v, %v, want openssl", parts, err)
	}
}

// Of a list of devices, each row gets what is nested in it and what it depends on; what
// belongs to none is told.
func TestBillOfSeveralDevices(t *testing.T) {
	const doc = `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"metadata":{"component":{"type":"application","name":""}},"components":[
 {"type":"device","name":"Pump","components":[{"type":"firmware","name":"Pump OS","components":[{"type":"library","name":"zlib"}]}]},
 {"type":"device","bom-ref":"m","name":"Monitor"},
 {"type":"library","bom-ref":"o","name":"openssl"},{"type":"library","bom-ref":"p","name":"perl"},{"type":"library","name":"lost"}],
 "dependencies":[{"ref":"m","dependsOn":["o"]},{"ref":"o","dependsOn":["p","m"]}]}`
	f, err := Read("d.json", []byte(doc), nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range f.Rows {
		got = append(got, fmt.Sprint(r.Ref.Name, namesOf(r.Parts)))
	}
	if want := []string{"Pump[Pump OS zlib]", "Monitor[openssl perl]"}; !slices.Equal(got, want) || f.Components != 4 {
		t.Errorf("got %q with %d components, want %q with 4", got, f.Components, want)
	}
	told := slices.ContainsFunc(f.Notes.List, func(n Note) bool { return n.Why == WhyPart && n.Value == "lost" })
	if !told {
		t.Errorf("notes %v: want the library that belongs to no device", f.Notes.List)
	}
}

// However the parts hang together, the way through them is bounded.
func TestBillOfDevicesIsBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[`)
	for i := range 3000 {
		fmt.Fprintf(&b, `{"type":"device","bom-ref":"d%d","name":"D%d"},{"type":"library","bom-ref":"l%d","name":"L%d"},`, i, i, i, i)
	}
	b.WriteString(`{"type":"library","name":"x"}],"dependencies":[`)
	for i := range 3000 {
		fmt.Fprintf(&b, `{"ref":"d%d","dependsOn":["l0"]},{"ref":"l%d","dependsOn":["l%d"]},`, i, i, (i+1)%3000)
	}
	b.WriteString(`{"ref":"x"}]}`)
	f, err := Read("d.json", []byte(b.String()), nil)
	if err != nil || len(f.Rows) != 3000 || f.Components > maxSteps {
		t.Errorf("%d rows with %d components, %v, want 3000 and at most %d", len(f.Rows), f.Components, err, maxSteps)
	}
}

// Windows' shell writes in UTF-16 what a tool prints.
func TestBillsInUTF16(t *testing.T) {
	for name, text := range map[string]string{
		"JSON":      `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[{"type":"device","name":"Dräger"}]}`,
		"XML":       `<?xml version="1.0" encoding="utf-16"?><bom xmlns="http://cyclonedx.org/schema/bom/1.4" version="1"><components><component type="device"><name>Dräger</name><version>1</version></component></components></bom>`,
		"SPDX":      `{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","packages":[{"SPDXID":"SPDXRef-a","name":"Dräger"}]}`,
		"tag-value": "SPDXVersion: SPDX-2.3\r\nSPDXID: SPDXRef-DOCUMENT\r\nPackageName: Dräger\r\nSPDXID: SPDXRef-a\r\n",
		"CSV":       "vendor;product\r\nX;Dräger\r\n",
	} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			body := order.AppendUint16(nil, 0xfeff)
			for _, u := range utf16.Encode([]rune(text)) {
				body = order.AppendUint16(body, u)
			}
			f, err := Read("f", body, nil)
			if err != nil || len(f.Rows) != 1 || f.Rows[0].Ref.Name != "Dräger" {
				t.Errorf("%s in %v: got %+v, %v, want one row", name, order, f, err)
			}
		}
	}
}
