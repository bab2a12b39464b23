package match

import (
	"testing"

	"ward"
)

func leafOf(status ward.ProductStatus, name, version, rng string) ward.Claim {
	c := affected("Maker", name, rng)
	c.Status, c.Version = status, version
	return c
}

// TestReleaseBranches: a fix in one release branch says nothing of another one.
func TestReleaseBranches(t *testing.T) {
	in, fixed := ward.StatusAffected, ward.StatusFixed
	ranges := []ward.Claim{leafOf(in, "Thing 4000", "", "< 9.1.5"), leafOf(in, "Thing 4000", "", ">= 10.0 | < 10.0.3"),
		leafOf(fixed, "Thing 4000", "9.1.5", ""), leafOf(fixed, "Thing 4000", "10.0.3", "")}
	listed := []ward.Claim{leafOf(in, "Thing 4000", "9.1.2", ""), leafOf(in, "Thing 4000", "10.0.1", ""),
		leafOf(fixed, "Thing 4000", "9.1.5", ""), leafOf(fixed, "Thing 4000", "10.0.3", "")}
	every := []ward.Claim{leafOf(in, "Thing 4000", "", "vers:all/*"), leafOf(fixed, "Thing 4000", "9.1.5", ""), leafOf(fixed, "Thing 4000", "10.0.3", "")}
	for _, c := range []struct {
		name    string
		claims  []ward.Claim
		version string
		want    ward.Verdict
		reason  ward.Reason
	}{
		{"ranges", ranges, "10.0.1", ward.Affected, ReasonInside},
		{"ranges", ranges, "9.1.4", ward.Affected, ReasonInside},
		{"ranges", ranges, "9.1.7", ward.NotAffected, ReasonFixed},
		{"ranges", ranges, "10.0.3", ward.NotAffected, ReasonFixed},
		{"ranges", ranges, "11", ward.NotAffected, ReasonFixed},
		{"listed", listed, "10.0.1", ward.Affected, ReasonListed},
		{"listed", listed, "10.0.2", ward.Review, ReasonBelowFixed},
		{"listed", listed, "10.0.4", ward.NotAffected, ReasonFixed},
		{"every", every, "9.0", ward.Affected, ReasonAllVersions},
		{"every", every, "10.0.1", ward.Review, ReasonBelowFixed},
		{"every", every, "10.0.5", ward.NotAffected, ReasonFixed},
	} {
		r := Compile(c.claims).Match(ref("Maker", "Thing 4000", c.version), nil)
		if len(r) != 1 || r[0].Verdict != c.want || r[0].Reason != c.reason {
			t.Errorf("%s, %s: %+v, want %v %s", c.name, c.version, r, c.want, c.reason)
		}
	}
}

// TestAlikeBeside: a row is not told to be safe for what is said of another product,
// when one that it may be is affected.
func TestAlikeBeside(t *testing.T) {
	in := ward.StatusAffected
	for _, c := range []struct {
		name   string
		claims []ward.Claim
		ref    ward.ProductRef
		want   ward.Verdict
	}{
		{"another release line is affected", []ward.Claim{leafOf(in, "Carebase V5.0", "", "vers:all/*"), leafOf(in, "Carebase Scheduler", "", "vers:all/*")}, ref("Maker", "Carebase", "4.2"), ward.Review},
		{"another part is not affected", []ward.Claim{leafOf(in, "Carebase Scheduler", "", "vers:all/*"), leafOf(ward.StatusNotAffected, "Carebase Archive", "5.0", "")}, ref("Maker", "Carebase", "5.0"), ward.Review},
		{"the product itself is stated", []ward.Claim{leafOf(in, "Carebase Scheduler", "", "vers:all/*"), leafOf(ward.StatusNotAffected, "Carebase", "5.0", "")}, ref("Maker", "Carebase", "5.0"), ward.NotAffected},
	} {
		r := Compile(c.claims).Match(c.ref, nil)
		if len(r) != 1 || r[0].Verdict != c.want {
			t.Errorf("%s: %+v, want %v", c.name, r, c.want)
		}
	}
}

// TestNotRead: what is read in part decides nothing.
func TestNotRead(t *testing.T) {
	for _, c := range []struct {
		rng, version string
		want         ward.Verdict
	}{
		{"< 3.0", "3.2 und 2.1", ward.Review},
		{"< 3.0", "3.2 (Server), 2.1 (Client)", ward.Review},
		{"< 3.0", "3.2 + 2.1", ward.Review},
		{"< 3.0", "3.2 und 2", ward.Review},
		{"< 3.0", "3.2 teilweise", ward.Review},
		{"< 3.0", "0.0", ward.Review},
		{"3.7 und noch kleinere", "3.1", ward.Review},
		{"< 3.0", "3.2+git123", ward.NotAffected},
		{"< 3.0", "3.2 vom 12.03.2019", ward.NotAffected},
		{"< 3.0", "3.2 HW 1.0", ward.NotAffected},
		{"All Linux versions", "3.2", ward.Review},
		{"All firmware versions", "3.2", ward.Affected},
		{"all pumps of the older kind that nobody has updated to 3.7", "3.8", ward.Review},
	} {
		f, ok := Decide(affected("Maker", "Thing 4000", c.rng), ref("Maker", "Thing 4000", c.version), nil)
		if !ok || f.Verdict != c.want {
			t.Errorf("%q and %q: %v %v %s %s, want %v", c.rng, c.version, ok, f.Verdict, f.Reason, f.Detail, c.want)
		}
	}
}

// TestReleaseIsNoModel: a release that two products share does not make them one.
func TestReleaseIsNoModel(t *testing.T) {
	for _, text := range []string{"2020R2", "V4 SP2", "R2024b", "10 Update 3"} {
		c := leafOf(ward.StatusAffected, "Historian", text, "")
		for _, r := range []ward.ProductRef{ref("Maker", "System Platform "+text, ""), {Vendor: "Maker", Name: "Platform", Model: text}} {
			if f, ok := Decide(c, r, nil); ok && f.Verdict == ward.Affected {
				t.Errorf("%s: %+v is affected: %s %s", text, r, f.Identity, f.Reason)
			}
		}
	}
}

// TestFamilyAlone: a row that is a brand and no more may be any of its products.
func TestFamilyAlone(t *testing.T) {
	for _, c := range []struct {
		vendor, claim string
		ref           ward.ProductRef
		want          bool
	}{
		{"GE Healthcare", "MUSE Cardiology Information System", ref("", "GE MUSE", "9"), true},
		{"Philips", "IntelliVue Patient Monitor MX800", ref("Philips", "IntelliVue", ""), true},
		{"B. Braun", "Infusomat Space", ref("B.Braun", "Infusomat", ""), true},
		{"B. Braun", "Infusomat Space", ward.ProductRef{Vendor: "B.Braun", Name: "Infusomat", Model: "8713140"}, true},
		{"Siemens", "SIMATIC S7-1500", ref("Siemens", "SIMATIC", ""), false},
		{"Philips", "IntelliSpace Perinatal", ref("Philips", "IntelliVue", ""), false},
	} {
		claim := affected(c.vendor, c.claim, "vers:all/*")
		f, ok := Decide(claim, c.ref, nil)
		if ok != c.want || ok && f.Verdict != ward.Review {
			t.Errorf("%s and %+v: %v %+v, want %v", c.claim, c.ref, ok, f, c.want)
		}
		if got := Compile([]ward.Claim{claim}).Match(c.ref, nil); (len(got) == 1) != c.want {
			t.Errorf("%s and %+v: %+v from the index, want one %v", c.claim, c.ref, got, c.want)
		}
		x := NewIndex()
		x.Add(1, c.ref)
		if found := x.Candidates(Compile([]ward.Claim{claim}), nil); (len(found) == 1) != c.want {
			t.Errorf("%s and %+v: %d candidates from the advisory's side, want one %v", c.claim, c.ref, len(found), c.want)
		}
	}
}

// TestDistributions: a package of one release of a distribution is not judged by
// the numbers of another's.
func TestDistributions(t *testing.T) {
	leaf := func(status ward.ProductStatus, purl string) ward.Claim {
		return ward.Claim{Advisory: "A", Vendor: "Red Hat", Names: []string{"openssl"}, PURL: purl, Status: status}
	}
	claims := Compile([]ward.Claim{leaf(ward.StatusFixed, "pkg:rpm/redhat/openssl@1.1.1k-12.el8_9"), leaf(ward.StatusFixed, "pkg:rpm/redhat/openssl@3.0.7-25.el9"), leaf(ward.StatusAffected, "pkg:rpm/redhat/openssl")})
	for version, want := range map[string]ward.Verdict{"1.1.1k-9.el8_7": ward.Affected, "1.1.1k-14.el8_9": ward.NotAffected, "3.0.7-20.el9": ward.Affected, "3.0.7-25.el9": ward.NotAffected} {
		r := claims.Match(ward.ProductRef{PURL: "pkg:rpm/redhat/openssl@" + version}, nil)
		if len(r) != 1 || r[0].Verdict != want {
			t.Errorf("%s: %+v, want %v", version, r, want)
		}
	}
}

// TestPlatforms: CPE names of one program for two platforms are two programs.
func TestPlatforms(t *testing.T) {
	c := ward.Claim{Advisory: "A", Vendor: "Maker", Names: []string{"Thing Mobile"}, Range: "< 2", Status: ward.StatusAffected, CPE: "cpe:2.3:a:maker:thing:*:*:*:*:*:android:*:*"}
	for target, want := range map[string]ward.Verdict{"android": ward.Affected, "*": ward.Affected, "iphone_os": ward.Review} {
		r := ward.ProductRef{Vendor: "Maker", Name: "Thing Mobile", CPE: "cpe:2.3:a:maker:thing:1.5:*:*:*:*:" + target + ":*:*"}
		if f, ok := Decide(c, r, nil); !ok || f.Verdict != want {
			t.Errorf("%s: %v %+v, want %v", target, ok, f, want)
		}
	}
}
