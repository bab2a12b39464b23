package match

import (
	"fmt"
	"testing"

	"ward"
)

func affected(vendor, name, rng string) ward.Claim {
	return ward.Claim{Advisory: "A-1", Leaf: "L1", Path: vendor + " / " + name, Vendor: vendor, Names: []string{name}, Range: rng,
		Status: ward.StatusAffected, CVEs: []string{"CVE-2024-1"}}
}

func ref(vendor, name, version string) ward.ProductRef {
	return ward.ProductRef{Vendor: vendor, Name: name, Version: version}
}

const none ward.Reason = "-"

// TestIdentity: how a row and a leaf are joined, or not.
func TestIdentity(t *testing.T) {
	for _, c := range []struct {
		name   string
		claim  ward.Claim
		ref    ward.ProductRef
		rule   string // "" means nothing in common
		reason ward.Reason
	}{
		{"same words", affected("Philips", "IntelliVue MX800", "<=N"), ref("PHILIPS", "intellivue mx800", "M"), "name", ReasonInside},
		{"marks around a release", affected("Siemens", "SIMATIC BATCH V9.1", "vers:all/*"), ref("Siemens", `"SIMATIC BATCH V9.1"`, "V9.1.2"), "name", ReasonAllVersions},
		{"a span of releases is no list of models", affected("Rockwell Automation", "ControlLogix 5570", "20-33"), ref("Rockwell", "ControlLogix 5570", ""), "name", ReasonRangeUnreadable},
		{"kind of thing around", affected("Philips", "IntelliVue MX800", "<=N"), ref("Philips", "Moniteur patient IntelliVue MX800", "M"), "name", ReasonInside},
		{"kinds of thing run together", affected("Medtronic", "CareLink 2090 Programmer", "vers:all/*"), ref("Medtronic", "Herzschrittmacher-Programmiergerät CareLink 2090 Programmer", ""), "name", ReasonAllVersions},
		{"kind of thing in Greek capitals", affected("Philips", "IntelliVue MX800", "<=N"), ref("PHILIPS", "ΜΟΝΙΤΟΡ ΑΣΘΕΝΟΥΣ IntelliVue MX800", "M"), "name", ReasonInside},
		{"kind of thing in Bulgarian", affected("Philips", "IntelliVue MX800", "<=N"), ref("Philips", "Пациентен монитор IntelliVue MX800", "M"), "name", ReasonInside},
		{"kind of thing in Hungarian", affected("Dräger", "Evita V500", "< 3"), ref("Drager", "Lélegeztetőgép Evita V500", "2"), "name", ReasonInside},
		{"blank in model", affected("Philips", "IntelliVue MX800", "<=N"), ref("Philips", "IntelliVue MX 800", "M"), "name", ReasonInside},
		{"model only", affected("Philips", "IntelliVue MX800", "<=N"), ref("Philips", "MX800", "M"), "name", ReasonInside},
		{"span of models", affected("Philips", "IntelliVue patient monitor MX400-MX850", "<=N"), ref("Philips", "IntelliVue MX550", "M"), "name", ReasonInside},
		{"beyond the span", affected("Philips", "IntelliVue patient monitor MX400-MX850", "<=N"), ref("Philips", "IntelliVue MX900", "M"), "", none},
		{"span in a bracket", affected("Philips", "IntelliVue Patient Monitors MX (MX400-550)", "<=N"), ref("Philips", "IntelliVue MX450", "M"), "name", ReasonInside},
		{"beyond the span in a bracket", affected("Philips", "IntelliVue Patient Monitors MX (MX400-550)", "<=N"), ref("Philips", "IntelliVue MX800", "M"), "", none},
		{"a number before the span", affected("Philips", "IntelliVue Patient Monitors MX (MX400-550)", "<=N"), ref("Philips", "IntelliVue MX40", "M"), "", none},
		{"a blank before the number of a span in a bracket", affected("Philips", "IntelliVue Patient Monitors MX (MX400-550)", "<=N"), ref("Philips", "IntelliVue MX 550", "M"), "name", ReasonInside},
		{"a blank before a number beyond it", affected("Philips", "IntelliVue Patient Monitors MX (MX400-550)", "<=N"), ref("Philips", "IntelliVue MX 750", "M"), "", none},
		{"brand and product in the maker's column", affected("Baxter", "PrismaFlex", "vers:all/*"), ref("Gambro Prismaflex", "Dialysegerät", "8.1"), "name", ReasonAllVersions},
		{"a number with an open end", affected("Hikvision", "DS-K1T341AXX", "<=3.2.30"), ref("Hikvision", "DS-K1T341AM", "3.2.1"), "model", ReasonNamePartial},
		{"another number than one with an open end", affected("Hikvision", "DS-K1T341AXX", "<=3.2.30"), ref("Hikvision", "DS-K1T331W", "3.2.1"), "", none},
		{"one of two in one name", affected("HMS Networks", "Flexy and Cosy", "< 14.1"), ref("HMS Networks", "Flexy", "14.0"), "name", ReasonNamePartial},
		{"the first word alone", affected("Trane", "IntelliPak Rooftop Air Conditioner", "< 1.30"), ref("Trane", "IntelliPak", "1.20"), "fuzzy", ReasonNamePartial},
		{"list of models", affected("Philips", "PageWriter TC10 TC20 TC30", "< 3"), ref("Philips", "PageWriter TC20", "2"), "name", ReasonInside},
		{"bought maker", affected("Hillrom", "Welch Allyn Connex Spot Monitor (CSM)", "< 1.52"), ref("Baxter", "Connex Spot Monitor", "1.51"), "name", ReasonInside},
		{"nobody in the maker's column", affected("gpsd Open Source Project", "microjson", "<= 1.3"), ref("Open Source", "microjson", "1.2"), "name", ReasonInside},
		{"maker misspelt", affected("Medtronic", "CareLink 2090 Programmer", "vers:all/*"), ref("Medtronik", "CareLink 2090 Programmer", ""), "name", ReasonAllVersions},
		{"maker in the name", affected("EFACEC", "UC 500E", "< 10.2"), ref("", "EFACEC UC 500E", "10.1"), "name", ReasonInside},
		{"brand for maker", affected("Moxa", "NPort 5110", "< 3"), ref("NPort", "5110", "2.4"), "name", ReasonInside},
		{"name misspelt", affected("Philips", "IntelliSpace Perinatal", "< 3"), ref("Philips", "IntelliSpcae Perinatal", "2"), "fuzzy", ReasonNameFuzzy},
		{"less said", affected("Santesoft", "Sante DICOM Viewer Pro", "< 3"), ref("Santesoft", "Sante DICOM Viewer", "2"), "fuzzy", ReasonNamePartial},
		{"model and a misspelt family", affected("Philips", "PageWriter TC5000", "< 3"), ref("Philips", "PageWrtier TC5000", "2"), "model", ReasonInside},
		{"another program", affected("Santesoft", "Sante DICOM Viewer", "< 3"), ref("Santesoft", "Sante DICOM Editor", "2"), "", none},
		{"another model", affected("Philips", "IntelliVue MX800", "<=N"), ref("Philips", "IntelliVue MX700", "M"), "", none},
		{"same name of another maker", affected("Philips", "IntelliVue MX800", "<=N"), ref("Siemens", "IntelliVue MX800", "M"), "name", ReasonVendorDiffers},
		{"plain name of another maker", affected("BD", "Data Manager", "< 3"), ref("Siemens", "Data Manager", "2"), "", none},
		{"family word alone", affected("Siemens", "SIMATIC S7-1500 CPU 1511-1 PN", "< 3"), ref("Siemens", "SIMATIC", "2"), "", none},
		{"two houses of one maker", affected("Change Healthcare", "McKesson Cardiology", "14.x"), ref("Change Healthcare", "Change Healthcare Cardiology", "14.2"), "fuzzy", ReasonNamePartial},
		{"unrelated", affected("Philips", "IntelliVue MX800", "<=N"), ref("Moxa", "NPort 5110", "2.4"), "", none},
	} {
		f, ok := Decide(c.claim, c.ref, nil)
		if ok != (c.rule != "") || f.Identity != c.rule || ok && f.Reason != c.reason {
			t.Errorf("%s: %v %q %q (%s), want %q %q", c.name, ok, f.Identity, f.Reason, f.Detail, c.rule, c.reason)
		}
		if f.Identity == "fuzzy" && f.Verdict == ward.Affected {
			t.Errorf("%s: a likeness gave affected", c.name)
		}
	}
}

// TestArticleNumbers: hospitals keep the number by which they ordered a thing in
// the column of its model. It says nothing against the name, and is no release.
func TestArticleNumbers(t *testing.T) {
	listing := affected("Hillrom", "Connex Spot Monitor", "< 1.52")
	listing.Models = []string{"901077"}
	for _, c := range []struct {
		name        string
		claim       ward.Claim
		product, no string
		version     string
		verdict     ward.Verdict
		nothing     bool
	}{
		{"the name is whole", affected("Hillrom", "Connex Spot Monitor", "< 1.52"), "Connex Spot Monitor", "901058", "1.50", ward.Affected, false},
		{"the family is not written", affected("Hillrom", "Connex MX800", "< 1.52"), "MX800", "865240", "1.50", ward.Affected, false},
		{"a series is no article", affected("Hillrom", "Connex Spot Monitor", "< 1.52"), "Connex Spot Monitor", "6000", "1.50", ward.Review, false},
		{"the claim lists another", listing, "Connex Spot Monitor", "901058", "1.50", ward.Review, false},
		{"the claim's name has another", affected("Hillrom", "Connex Spot Monitor 901077", "< 1.52"), "Connex Spot Monitor", "901058", "1.50", 0, true},
		{"no release of the software", affected("Hillrom", "Connex Control Software", "< 1.52"), "Connex Control Software", "7310077", "", ward.Review, false},
		{"nor a series", affected("Hillrom", "Connex Control Software", "< 1.52"), "Connex Control Software", "4000", "", ward.Review, false},
		{"the range asks for it", affected("Hillrom", "Connex Spot Monitor", "1.x model 35700BAX"), "Connex Spot Monitor", "35700BAX", "1.50", ward.Affected, false},
		{"the range asks for another", affected("Hillrom", "Connex Spot Monitor", "1.x model 35700BAX"), "Connex Spot Monitor", "35700BAX2", "1.50", ward.Review, false},
	} {
		r := ref("Hillrom", c.product, c.version)
		r.Model = c.no
		if f, ok := Decide(c.claim, r, nil); ok == c.nothing || ok && f.Verdict != c.verdict {
			t.Errorf("%s: %v %s (%s, %s)", c.name, ok, f.Verdict, f.Reason, f.Detail)
		}
	}
}

func TestIdentifiers(t *testing.T) {
	c := ward.Claim{Advisory: "A", Vendor: "Some Maker", Names: []string{"Thing"}, Range: "< 2", Status: ward.StatusAffected, UDI: "04012345678901",
		PURL: "pkg:npm/left-pad", CPE: "cpe:2.3:a:maker:thing:*:*:*:*:*:*:*:*", Models: []string{"6GK5308-2FL10-2AA3"}}
	for _, x := range []struct {
		rule string
		ref  ward.ProductRef
		want ward.Verdict
	}{
		{"udi", ward.ProductRef{UDI: "04012345678901", Version: "1.9"}, ward.Affected},
		{"udi", ward.ProductRef{UDI: "(01)04012345678901(17)270101(10)A1", Version: "1.9"}, ward.Affected},
		{"udi", ward.ProductRef{UDI: "4012345678901", Version: "2"}, ward.NotAffected},
		{"purl", ward.ProductRef{PURL: "pkg:npm/left-pad@1.3.0"}, ward.Affected},
		{"purl", ward.ProductRef{PURL: "pkg:npm/left-pad@2.0.0"}, ward.NotAffected},
		{"cpe", ward.ProductRef{CPE: "cpe:2.3:a:maker:thing:1.5:*:*:*:*:*:*:*"}, ward.Affected},
		{"model", ward.ProductRef{Vendor: "Some Maker", Model: "6GK5 308-2FL10-2AA3", Version: "1"}, ward.Affected},
	} {
		if f, ok := Decide(c, x.ref, nil); !ok || f.Identity != x.rule || f.Verdict != x.want {
			t.Errorf("%+v: %v %q %v %s, want %q %v", x.ref, ok, f.Identity, f.Verdict, f.Detail, x.rule, x.want)
		}
	}
}

// TestStates: what the states of CSAF come to.
func TestStates(t *testing.T) {
	leaf := func(s ward.ProductStatus, rng string) ward.Claim {
		c := affected("Maker", "Thing 4000", rng)
		c.Status = s
		return c
	}
	for _, c := range []struct {
		name    string
		claims  []ward.Claim
		version string
		want    ward.Verdict
		reason  ward.Reason
	}{
		{"inside", []ward.Claim{leaf(ward.StatusAffected, "< 3")}, "2.9", ward.Affected, ReasonInside},
		{"outside", []ward.Claim{leaf(ward.StatusAffected, "< 3")}, "3.0", ward.NotAffected, ReasonOutside},
		{"no version", []ward.Claim{leaf(ward.StatusAffected, "< 3")}, "", ward.Review, ReasonVersionMissing},
		{"version not read", []ward.Claim{leaf(ward.StatusAffected, "< 3")}, "blue", ward.Review, ReasonVersionUnreadable},
		{"range not read", []ward.Claim{leaf(ward.StatusAffected, "< august 28")}, "2.9", ward.Review, ReasonRangeUnreadable},
		{"too coarse", []ward.Claim{leaf(ward.StatusAffected, "< 3.1.4")}, "3.1", ward.Review, ReasonVersionCoarse},
		{"other scheme", []ward.Claim{leaf(ward.StatusAffected, "< May 2018")}, "3.1", ward.Review, ReasonIncomparable},
		{"condition", []ward.Claim{leaf(ward.StatusAffected, "< 3 with wireless option")}, "2", ward.Review, ReasonCondition},
		{"condition, outside", []ward.Claim{leaf(ward.StatusAffected, "< 3 with wireless option")}, "4", ward.NotAffected, ReasonOutside},
		{"no state", []ward.Claim{leaf(ward.StatusNone, "< 3")}, "2", ward.Review, ReasonStatusMissing},
		{"investigated", []ward.Claim{leaf(ward.StatusInvestigated, "vers:all/*")}, "2", ward.Review, ReasonInvestigated},
		{"fixed", []ward.Claim{leaf(ward.StatusFixed, "3.1")}, "3.2", ward.NotAffected, ReasonFixed},
		{"below fixed", []ward.Claim{leaf(ward.StatusFixed, "3.1")}, "3.0", ward.Review, ReasonBelowFixed},
		{"all, but this one is fixed", []ward.Claim{leaf(ward.StatusAffected, "vers:all/*"), leaf(ward.StatusFixed, "3.1")}, "3.1", ward.NotAffected, ReasonFixed},
		{"all, and older than fixed", []ward.Claim{leaf(ward.StatusAffected, "vers:all/*"), leaf(ward.StatusFixed, "3.1")}, "3.0", ward.Affected, ReasonAllVersions},
		{"stated not affected", []ward.Claim{leaf(ward.StatusNotAffected, "vers:all/*")}, "3.0", ward.NotAffected, ReasonStatedNotAffected},
		{"conflict", []ward.Claim{leaf(ward.StatusAffected, "< 4"), leaf(ward.StatusNotAffected, "< 3.5")}, "3.0", ward.Review, ReasonConflict},
		{"two leaves, one inside", []ward.Claim{leaf(ward.StatusAffected, "< 1"), leaf(ward.StatusAffected, ">= 3 | < 4")}, "3.0", ward.Affected, ReasonInside},
	} {
		r := Compile(c.claims).Match(ref("Maker", "Thing 4000", c.version), nil)
		if len(r) != 1 || r[0].Verdict != c.want || r[0].Reason != c.reason {
			t.Errorf("%s: %+v, want %v %s", c.name, r, c.want, c.reason)
		}
	}
}

// TestPerVulnerability: a product may be fixed for one vulnerability and affected by another.
func TestPerVulnerability(t *testing.T) {
	a, b := affected("Maker", "Thing 4000", "vers:all/*"), affected("Maker", "Thing 4000", "3.1")
	a.CVEs, b.CVEs, b.Status = []string{"CVE-2024-1", "CVE-2024-2"}, []string{"CVE-2024-2"}, ward.StatusFixed
	r := Compile([]ward.Claim{a, b}).Match(ref("Maker", "Thing 4000", "3.1"), nil)
	if len(r) != 1 || r[0].Verdict != ward.Affected || fmt.Sprint(r[0].CVEs) != "[CVE-2024-1]" {
		t.Errorf("got %+v, want affected by CVE-2024-1 alone", r)
	}
}

func TestDecisions(t *testing.T) {
	c, r := affected("Philips", "Patient Information Center iX", "< august 28"), ref("Phil", "Zentrale PIC", "B.02")
	c2, near := affected("Philips", "IntelliSpace Perinatal", "< 3"), ref("Philips", "IntelliSpcae Perinatal", "2")
	d := &Decisions{
		Aliases:  map[Alias]bool{AliasKey(r, c): true, AliasKey(near, c2): false},
		Readings: map[Reading]ward.Verdict{ReadingKey("<  August 28", "b.02"): ward.Affected},
	}
	if _, ok := Decide(c, r, nil); ok {
		t.Error("without a decision the pair is joined")
	}
	x := NewIndex()
	x.Add(7, r)
	found := x.Candidates(Compile([]ward.Claim{c}), d)
	if len(found) != 1 || found[0].ID != 7 {
		t.Fatalf("candidates %+v, want the joined pair", found)
	}
	for way, f := range map[string]Result{"item first": Compile([]ward.Claim{c}).Match(r, d)[0], "advisory first": found[0].Verdict("B.02", "")[0]} {
		if f.Verdict != ward.Affected || f.Reason != ReasonDecidedAffected || f.Identity != "alias" {
			t.Errorf("%s: %+v, want affected by decision", way, f)
		}
	}
	if f, ok := Decide(c2, near, d); ok {
		t.Errorf("a pair parted by an analyst came back: %+v", f)
	}
}

func TestSerial(t *testing.T) {
	c := affected("Mitsubishi Electric", "MELSEC Q Series Q26UDVCPU", `<=The_first_5_digits_of_serial_No._"26061"`)
	for serial, want := range map[string]ward.Verdict{"260611234567": ward.Affected, "26062999": ward.NotAffected, "": ward.Review, "12": ward.Review} {
		r := ref("Mitsubishi", "MELSEC Q Series Q26UDVCPU", "")
		r.Serial = serial
		if f, ok := Decide(c, r, nil); !ok || f.Verdict != want {
			t.Errorf("serial %q: %v %s, want %v", serial, f.Verdict, f.Detail, want)
		}
	}
}

// TestSerialNumbers: a helper's serial numbers say which devices are meant.
func TestSerialNumbers(t *testing.T) {
	c := affected("Maker", "Pump 4000", "< 3.0")
	c.Serials = []string{"AB-12*", "CD3??"}
	for serial, want := range map[string]ward.Verdict{"AB12-999": ward.Affected, "cd345": ward.Affected, "CD3456": ward.NotAffected, "ZZ1": ward.NotAffected, "": ward.Review} {
		r := ref("Maker", "Pump 4000", "2.0")
		r.Serial = serial
		if f, ok := Decide(c, r, nil); !ok || f.Verdict != want {
			t.Errorf("serial %q: %v %s %s, want %v", serial, f.Verdict, f.Reason, f.Detail, want)
		}
	}
	c.Serials = []string{"AB12"} // perhaps abbreviated
	r := ref("Maker", "Pump 4000", "2.0")
	r.Serial = "AB1234"
	if f, _ := Decide(c, r, nil); f.Verdict != ward.Review || f.Reason != ReasonSerial {
		t.Errorf("beginning of a serial number: %v %s, want a person to look", f.Verdict, f.Reason)
	}
	c.Status, r.Serial = ward.StatusFixed, "ZZ1"
	if f, ok := Decide(c, r, nil); ok {
		t.Errorf("fixed for other devices: %+v, want nothing said", f)
	}
}

// TestWildcards: model numbers of a helper may have them, and are found from either side.
func TestWildcards(t *testing.T) {
	c := affected("Siemens", "Gateway", "< 3.0")
	c.Models = []string{"6GK5?08-*", "MX4?0"}
	claims := Compile([]ward.Claim{c})
	for model, want := range map[string]bool{"6GK5308-2FL10": true, "6GK5 408-0BA00-2AB2": true, "6GK6308-2FL10": false, "MX40": false} {
		r := ward.ProductRef{Vendor: "Siemens", Model: model, Version: "2.0"}
		got := claims.Match(r, nil)
		if (len(got) == 1 && got[0].Verdict == ward.Affected) != want {
			t.Errorf("%s: %+v, want affected %v", model, got, want)
		}
		x := NewIndex()
		x.Add(1, r)
		if found := x.Candidates(claims, nil); (len(found) == 1) != want {
			t.Errorf("%s: %d candidates from the advisory's side, want one %v", model, len(found), want)
		}
	}
}

// TestVersKind: a vers: URI names the rules of its versions where no package URL does.
func TestVersKind(t *testing.T) {
	if f, ok := Decide(affected("Maker", "Thing 4000", "vers:deb/<1.2.3-4"), ref("Maker", "Thing 4000", "1.2.3-2"), nil); !ok || f.Verdict != ward.Affected {
		t.Errorf("got %+v, want affected", f)
	}
}

func TestIndexReplaces(t *testing.T) {
	x := NewIndex()
	x.Add(1, ref("Philips", "IntelliVue MX800", ""))
	x.Add(1, ref("Moxa", "NPort 5110", ""))
	x.Add(2, ref("Philips", "IntelliVue MX800", ""))
	x.Remove(2)
	x.Remove(99)
	if got := x.Candidates(Compile([]ward.Claim{affected("Philips", "IntelliVue MX800", "<=N")}), nil); len(got) != 0 || x.Len() != 1 {
		t.Errorf("candidates %v, len %d; want none and 1", got, x.Len())
	}
}

func TestReasonsAreDistinct(t *testing.T) {
	seen := map[ward.Reason]bool{}
	for _, r := range Reasons() {
		if seen[r] || r == "" {
			t.Errorf("reason %q is there twice", r)
		}
		seen[r] = true
	}
}

// TestVendorTable: every name is folded, and no name stands for two makers.
func TestVendorTable(t *testing.T) {
	owner := map[string]string{}
	for _, m := range makers {
		for _, n := range m.names {
			if got := owner[n]; got != "" {
				t.Errorf("%q stands for %s and %s", n, got, m.id)
			}
			owner[n] = m.id
			if fold(n) != n {
				t.Errorf("%q is not folded", n)
			}
		}
	}
}

func ExampleClaims_Match() {
	claims := []ward.Claim{{Advisory: "ICSMA-24-058-01", Leaf: "CSAFPID-0001", Path: "Santesoft / Sante DICOM Viewer Pro / <=14.0.3",
		Vendor: "Santesoft", Names: []string{"Sante DICOM Viewer Pro"}, Range: "<=14.0.3", Status: ward.StatusAffected, CVEs: []string{"CVE-2024-1453"}}}
	for _, r := range Compile(claims).Match(ward.ProductRef{Vendor: "Santesoft Ltd", Name: "SANTE DICOM Viewer Pro", Version: "SW 14.0.2"}, nil) {
		fmt.Println(r.Advisory, r.Verdict, r.Reason, r.Identity, r.Detail)
	}
	// Output: ICSMA-24-058-01 affected inside name "SW 14.0.2" <= "14.0.3"
}

func FuzzDecide(f *testing.F) {
	f.Add("Philips", "IntelliVue MX400-MX850 (WLAN)", "<= N", "Philps", "MX 800/x", "SW 2.1")
	f.Add("B&R", "ELI 150c/BUR 150c V5.0 and prior", "1|2", "", "\xff((", "x")
	f.Fuzz(func(t *testing.T, cv, cn, rng, rv, rn, ver string) {
		c := affected(cv, cn, rng)
		r := ref(rv, rn, ver)
		got, ok := Decide(c, r, nil)
		again, ok2 := Decide(c, r, nil)
		if ok != ok2 || got != again {
			t.Errorf("not deterministic: %+v, %+v", got, again)
		}
		if got.Identity == "fuzzy" && got.Verdict == ward.Affected {
			t.Errorf("a likeness gave affected: %+v", got)
		}
	})
}
