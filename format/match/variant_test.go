package match

import (
	"testing"

	"ward"
)

// TestVariants: what a name says in brackets, behind a slash or behind a model
// number makes it another product, and is never read over to "affected".
func TestVariants(t *testing.T) {
	for _, c := range []struct {
		vendor, claim, product string
		affected               bool
	}{
		{"Siemens", "SIPROTEC 5 6MD86 (CP300)", "SIPROTEC 5 6MD86 (CP300)", true},
		{"Siemens", "SIPROTEC 5 6MD86 (CP200)", "SIPROTEC 5 6MD86 (CP300)", false},
		{"Siemens", "SIPROTEC 5 6MD86 (CP200)", "SIPROTEC 5 6MD86 (OP 3)", true},
		{"Sielco", "Analog FM transmitter (EXC1600GX)", "Analog FM transmitter (EXC1601GX)", false},
		{"Siemens", "SCALANCE X204RNA (6GK5204-0BA00-2KB2)", "SCALANCE X204RNA (6GK5204-0BA00-12KB2)", false},
		{"Siemens", "SCALANCE X204RNA (6GK5204-0BA00-2KB2)", "SCALANCE X204RNA (6GK5204-0BA00)", true},
		{"Siemens", "ET200SP (incl. SIPLUS variants, except IM155-6 PN ST)", "ET200SP IM155-6 PN ST", false},
		{"Siemens", "ET200SP (incl. SIPLUS variants, except IM155-6 PN ST)", "ET200SP SIPLUS", true},
		{"Bently Nevada", "Bently Nevada 3701/40", "Bently Nevada 3701/40", true},
		{"Bently Nevada", "Bently Nevada 3701/40", "Bently Nevada 3701/46", false},
		{"Hitachi Energy", "AFF660/665", "AFF660", true},
		{"Hitachi Energy", "AFF660/665", "AFF665", true},
		{"Hitachi Energy", "AFF660/665", "AFF661/665", false},
		{"Automation Direct", "EA9-T15CL-R", "EA9-T15CL-R", true},
		{"Automation Direct", "EA9-T15CL-R", "EA9-T15CL-R Plus", false},
		{"Mitsubishi Electric", "EZSocket", "EZSocket Mobile", false},
		{"Siemens", "SCALANCE XF204 (6GK5204-0BA00-2GF2)", "SCALANCE XF204-2BA", false},
		{"Siemens", "SCALANCE XF204 (6GK5204-0BA00-2GF2)", "SCALANCE XF204", true},
		{"Siemens", "SCALANCE XR324-12M (230V, ports on front)", "SCALANCE XR324-12M (230V, ports on rear)", false},
		{"Siemens", "SIMATIC STEP 7 (TIA Portal)", "SIMATIC STEP 7", false},
		{"Siemens", "SIMATIC STEP 7 (TIA Portal)", "SIMATIC STEP 7 TIA Portal", true},
		{"Siemens", "Totally Integrated Automation Portal (TIA Portal) V2", "Totally Integrated Automation Portal V2.9", true},
		{"Siemens", "Totally Integrated Automation Portal (TIA Portal) V1", "Totally Integrated Automation Portal V2", false},
		{"Siemens", "SENTRON PAC2200 (without MID Approval)", "SENTRON PAC2200", false},
		{"Schneider Electric", "Quantum processors with integrated Ethernet COPRO 140CPU65", "Modicon Quantum", false},
		{"Philips", "Connex Spot Monitor (CSM)", "Connex Spot", true},
		{"Siemens", "SIMATIC S7-1500 CPU 1516F-3 (6ES7516-3FP03-0AB0)", "SIPLUS S7-1500 CPU 1516F-3 (6AG1516-3FN00-2AB0)", false},
		{"Siemens", "SIMATIC Archive Collector", "Desigo Archive Collector", false},
		{"Siemens", "SIMATIC Archive Collector", "Archive Collector", true},
		{"Siemens", "syngo.via Workflow", "syngo.plaza Workflow", false},
		{"WECON", "PLC Editor", "logiciel PLC Editor", true},
		{"Rockwell Automation", "FactoryTalk View Machine Edition", "FactoryTalk View", false},
		{"Rockwell Automation", "FactoryTalk View", "FactoryTalk View Machine Edition", false},
		{"Rockwell Automation", "FactoryTalk View Machine Edition", "FactoryTalk View Machine Edition", true},
		{"Philips", "IntelliVue MX800", "urządzenie IntelliVue MX800", true},
		{"Philips", "IntelliVue MX800", "Zubehör IntelliVue MX800", false},
	} {
		f, _ := Decide(affected(c.vendor, c.claim, "< 3.0"), ref(c.vendor, c.product, "2.9"), nil)
		if got := f.Verdict == ward.Affected; got != c.affected {
			t.Errorf("%s and %s: %q %s, want affected %v", c.claim, c.product, f.Verdict, f.Reason, c.affected)
		}
	}
}

// TestVariantOfLeaves: of two leaves that differ in brackets only, the one of
// the inventory's own variant decides.
func TestVariantOfLeaves(t *testing.T) {
	fixed := affected("Siemens", "APOGEE PXC Compact (BACnet)", "< V3.5.3")
	other := affected("Siemens", "APOGEE PXC Compact (P2 Ethernet)", ">= V2.8")
	other.Leaf = "L2"
	claims := Compile([]ward.Claim{fixed, other})
	for product, want := range map[string]ward.Verdict{"APOGEE PXC Compact (BACnet)": ward.NotAffected, "APOGEE PXC Compact (P2 Ethernet)": ward.Affected, "APOGEE PXC Compact": ward.Affected} {
		got := claims.Match(ref("Siemens", product, "3.5.3"), nil)
		if len(got) != 1 || got[0].Verdict != want {
			t.Errorf("%s: %+v, want %s", product, got, want)
		}
	}
}
