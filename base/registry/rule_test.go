package registry

import (
	"slices"
	"testing"

	"ward"
	"ward/test/expect"
)

func n(v int64) *int64 { return &v }

func TestSizeOf(t *testing.T) {
	for name, tc := range map[string]struct {
		head, turnover, balance *int64
		want                    Size
	}{
		"large by people":                       {n(250), nil, nil, SizeLarge},
		"large by both sums":                    {n(100), n(50_000_001), n(43_000_001), SizeLarge},
		"one sum alone does not make it large":  {n(249), n(900_000_000), n(43_000_000), SizeMedium},
		"medium by people":                      {n(50), n(0), n(0), SizeMedium},
		"medium by both sums":                   {n(49), n(10_000_001), n(10_000_001), SizeMedium},
		"small: turnover over, balance within":  {n(49), n(10_000_001), n(10_000_000), SizeSmall},
		"small by people":                       {n(10), n(1), n(1), SizeSmall},
		"small by both sums":                    {n(9), n(2_000_001), n(2_000_001), SizeSmall},
		"micro":                                 {n(9), n(2_000_001), n(2_000_000), SizeMicro},
		"micro with one sum known":              {n(9), n(2_000_000), nil, SizeMicro},
		"nothing known":                         {nil, nil, nil, SizeUnknown},
		"people alone leave the sums open":      {n(30), nil, nil, SizeUnknown},
		"a great turnover alone decides little": {n(30), n(900_000_000), nil, SizeUnknown},
		"people unknown, both sums great":       {nil, n(900_000_000), n(900_000_000), SizeLarge},
		"people unknown, sums small":            {nil, n(1), n(1), SizeUnknown},
	} {
		if got := SizeOf(tc.head, tc.turnover, tc.balance); got != tc.want {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
	}
}

func TestCatalogue(t *testing.T) {
	c, err := readCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	if s, ok := c.Find("intensive_care"); !ok || s.Outage != 0 {
		t.Errorf("intensive care tolerates no outage: %+v", s)
	}
	c.Services = append(c.Services, c.Services[0])
	if c.check() == nil {
		t.Error("a repeated code passed")
	}
}

func TestRolesToGive(t *testing.T) {
	for name, tc := range map[string]struct {
		role ward.Role
		kind ward.OrgKind
		want []ward.Role
	}{
		"member":                  {ward.RoleMember, ward.KindHospital, nil},
		"manager":                 {ward.RoleManager, ward.KindHospital, []ward.Role{ward.RoleMember, ward.RoleManager}},
		"manager, foreign kind":   {ward.RoleManager, ward.KindCSIRT, nil},
		"csirt to a hospital":     {ward.RoleCSIRT, ward.KindPractice, []ward.Role{ward.RoleMember, ward.RoleManager}},
		"csirt to the Centre":     {ward.RoleCSIRT, ward.KindCentre, []ward.Role{ward.RoleAuditor}},
		"centre at home":          {ward.RoleCentre, ward.KindCentre, []ward.Role{ward.RoleCentre, ward.RoleAuditor}},
		"operator sets up a CERT": {ward.RoleOperator, ward.KindCSIRT, []ward.Role{ward.RoleCSIRT, ward.RoleAuditor, ward.RoleOperator}},
		"auditor":                 {ward.RoleAuditor, ward.KindCentre, nil},
	} {
		if got := RolesToGive(ward.Actor{Role: tc.role}, tc.kind); !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %v, want %v", name, got, tc.want)
		}
	}
}

func TestGaps(t *testing.T) {
	v := View{Profile: Profile{Details: Details{Kind: ward.KindHospital}}}
	if got := len(Gaps(v)); got != 6 {
		t.Errorf("an empty hospital has %d gaps, want 6", got)
	}
	v.Contacts = []ward.Contact{{Duty: ward.DutyIT}, {Duty: ward.DutyPhone, Phone: "112"}}
	v.Facts = Facts{Beds: n(0), Headcount: n(400)}
	v.Services = []OwnService{{}}
	v.Address, v.City = "a", "b"
	if got := Gaps(v); len(got) != 0 {
		t.Errorf("a full profile lacks %v", got)
	}
	if got := Gaps(View{Profile: Profile{Details: Details{Kind: ward.KindCSIRT}}}); got != nil {
		t.Errorf("a CSIRT is asked for %v", got)
	}
}

func TestDetailsCheck(t *testing.T) {
	good := Details{Kind: ward.KindHospital, Name: "A", Country: "HR"}
	for name, tc := range map[string]struct {
		change func(*Details)
		field  string
	}{
		"good":               {func(*Details) {}, ""},
		"no name":            {func(d *Details) { d.Name = "" }, "name"},
		"lower-case country": {func(d *Details) { d.Country = "hr" }, "country"},
		"no country":         {func(d *Details) { d.Country = "" }, "country"},
		"centre without":     {func(d *Details) { d.Kind, d.Country = ward.KindCentre, "" }, ""},
		"script as website":  {func(d *Details) { d.Website = "javascript:alert(1)" }, "website"},
		"website with user":  {func(d *Details) { d.Website = "https://a:b@c.example" }, "website"},
		"negative beds":      {func(d *Details) { d.Facts.Beds = n(-1) }, "beds"},
		"absurd turnover":    {func(d *Details) { d.Facts.Turnover = n(maxFigure + 1) }, "turnover"},
		"unknown legal form": {func(d *Details) { d.Legal = "guild" }, "legal"},
	} {
		d := good
		tc.change(&d)
		expect.Fields(t, name, d.check(), tc.field)
	}
}

func FuzzPlace(f *testing.F) {
	f.Add(place{"name", "00000000-0000-7000-8000-000000000001"}.String())
	f.Add("")
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := readPlace(s)
		if err != nil || s == "" {
			return
		}
		if again, err := readPlace(p.String()); err != nil || again != p {
			t.Errorf("%q read as %v, then %v, %v", s, p, again, err)
		}
	})
}
