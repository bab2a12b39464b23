package access_test

import (
	"strings"
	"testing"

	"ward"
	"ward/test/site/house"
)

// TestDevicesStayInTheHospital: whoever may follow a hospital's alert sees what
// became of it, and nothing of what the hospital owns.
func TestDevicesStayInTheHospital(t *testing.T) {
	h, town := open(t)
	type detail struct {
		Assets []struct{ Asset, Serial string }
	}
	// A hospital is also warned of what concerns its kind, without a device: one
	// that has devices is looked for.
	var alert string
	var d detail
	for _, id := range town.All("alert", house.Near) {
		alert, d = id, detail{}
		h.Host(town, house.Near).MustJSON("GET", "/api/v1/alerts/"+id, nil, &d)
		if len(d.Assets) > 0 {
			break
		}
	}
	if len(d.Assets) == 0 {
		t.Fatalf("the hospital itself sees no devices on its alerts %v", town.All("alert", house.Near))
	}
	for _, r := range []ward.Role{ward.RoleCSIRT, ward.RoleCentre, ward.RoleAuditor} {
		c := h.As(r)
		for _, path := range []string{"/api/v1/alerts/" + alert, "/alerts/" + alert, "/api/v1/alerts", "/alerts", "/api/v1/overview", "/situation/alerts"} {
			a := c.Get(path)
			if a.Status != 200 {
				t.Errorf("%s: %s answers %d", r, path, a.Status)
			}
			for _, x := range d.Assets {
				if strings.Contains(string(a.Body), x.Asset) || x.Serial != "" && strings.Contains(string(a.Body), x.Serial) {
					t.Errorf("%s: %s shows device %s (serial %s) of a hospital", r, path, x.Asset, x.Serial)
				}
			}
		}
	}
}
