package house

import (
	"fmt"
	"time"
)

// groupCount leaves each door of a group one of its own.
const groupCount = 3 * spare

// membership gives every place that may have them domains, groups, notices and
// deputies, and the inbox its requests.
func (h *House) membership(t *Town) {
	h.t.Helper()
	now := time.Now().UTC()
	for _, x := range roleAt {
		c, org := h.Enter(t.hosts[x.place]), "/api/v1/organisations/"+t.ID("org", x.place, 0)
		for n := range spare {
			h.try(t, c, "domain", x.place, org+"/domains", map[string]any{"name": fmt.Sprintf("%s-%d.test-hospital.eu", x.place, n)})
			h.try(t, c, "deputy", x.place, "/api/v1/me/deputies", map[string]any{"hat": t.ID("hat", x.place, 3),
				"begins": now, "ends": now.Add(48 * time.Hour)})
		}
	}
	for _, p := range []Place{Home, Near, Far} {
		h.sheets(t, p)
	}
	for _, p := range []Place{Home, Near, Far, Centre, Maker} {
		h.groups(t, p)
	}
	for _, p := range []Place{Near, Far, Maker, Centre} { // all ask to join the first group of Home
		h.try(t, h.Enter(t.hosts[p]), "application", Home, "/api/v1/listed-groups/"+t.ID("group", Home, 0)+"/applications", map[string]any{})
	}
	for _, p := range []Place{Near, Far} { // and Home that of the others
		h.try(t, h.Enter(t.hosts[Home]), "application", p, "/api/v1/listed-groups/"+t.ID("group", p, 0)+"/applications", map[string]any{})
	}
	h.requests(t)
}

// sheetCount leaves room for those that doors make: five may be valid at a time.
const sheetCount = 3

// sheets are those of printed codes, with the codes of the first one.
func (h *House) sheets(t *Town, p Place) {
	h.t.Helper()
	for n := range sheetCount {
		var out struct {
			Sheet struct{ ID string }
			Codes []string
		}
		h.Enter(t.hosts[p]).MustJSON("POST", "/api/v1/break-glass", map[string]any{"place": fmt.Sprintf("Safe %d", n)}, &out)
		t.add("sheet", p, out.Sheet.ID)
		if n == 0 { // no door takes it away: they begin with the second
			t.add("printed", p, out.Codes...)
		}
	}
}

// groups founds groups of one owner for hospitals, the first one a circle that
// others may ask to join; and circles whose notices are due.
func (h *House) groups(t *Town, p Place) {
	h.t.Helper()
	c := h.Enter(t.hosts[p])
	hospital := p == Home || p == Near || p == Far
	for n := range groupCount {
		g := map[string]any{"kind": "sharing", "name": fmt.Sprintf("Circle %d of %s", n, p), "listed": n == 0 || p == Centre}
		if hospital && n > 0 {
			g["kind"] = "owner"
		}
		h.try(t, c, "group", p, "/api/v1/groups", g)
	}
	if p == Centre {
		t.add("listed", p, t.All("group", p)...)
	}
	for n := range spare {
		h.try(t, c, "circle", p, "/api/v1/groups", map[string]any{"kind": "sharing", "name": fmt.Sprintf("Second circle %d of %s", n, p)})
		if p == Home {
			c.MustJSON("POST", "/api/v1/groups/"+t.ID("group", p, 0)+"/managers", map[string]any{"hat": t.ID("hat", p, n)}, nil)
		}
	}
	var list struct{ Groups []struct{ ID string } }
	c.MustJSON("GET", "/api/v1/groups", nil, &list)
	for _, m := range list.Groups {
		t.add("membership", p, m.ID)
	}
	var due struct{ Own []struct{ ID string } }
	c.MustJSON("GET", "/api/v1/notices", nil, &due)
	for _, n := range due.Own {
		t.add("notice", p, n.ID)
		if p == Near { // so the national team has some
			c.MustJSON("PUT", "/api/v1/notices/"+n.ID+"/state", map[string]any{"state": "handed"}, nil)
		}
	}
}

// requests fills the inboxes of the country at home and of one abroad.
func (h *House) requests(t *Town) {
	h.t.Helper()
	for p, country := range map[Place]string{Near: "HR", Far: "DE"} {
		for n := range spare / 2 {
			var out struct{ Receipt string }
			h.Visitor().MustJSON("POST", "/api/v1/requests", map[string]any{"kind": "practice", "name": fmt.Sprintf("Practice %d", n), "country": country,
				"evidence": "Register of practices, number 4711", "person": "Dora", "email": fmt.Sprintf("dora-%d@%s.invalid", n, p)}, &out)
			t.add("receipt", Centre, out.Receipt)
		}
	}
	for p, who := range map[Place]Place{Near: CSIRT, Far: Centre} {
		var in struct {
			Open []struct{ ID, Country string }
		}
		h.Enter(t.hosts[who]).MustJSON("GET", "/api/v1/requests", nil, &in)
		for _, r := range in.Open {
			t.add("request", p, r.ID)
		}
	}
}
