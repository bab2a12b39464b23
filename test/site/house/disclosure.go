package house

import (
	"strings"
	"time"
)

// disclosures are reported weaknesses: of a maker and of a visitor, in every
// state that an act needs. The acts of a kind find their case by turns.
func (h *House) disclosures(t *Town, c *Client) {
	h.t.Helper()
	report := map[string]any{"source": "maker", "proof": "Send the command.", "summary": map[string]string{
		"title": "The pump takes commands", "vendor": "Acme", "product": "Pump", "impact": "The rate can be changed."}}
	maker := h.Enter(t.hosts[Maker])
	const own, all = "/api/v1/maker-reports", "/api/v1/disclosures/"
	soon := time.Now().UTC().AddDate(0, 0, 30)
	for n := range 5 * spare {
		var out struct{ ID string }
		maker.MustJSON("POST", own, report, &out)
		t.add("report", Centre, out.ID)
		state := []string{"received", "triaged", "coordinating", "closed", "received"}[n%5]
		t.add(state, Centre, out.ID)
		switch n % 5 {
		case 1:
			c.MustJSON("POST", all+out.ID+"/triage", map[string]string{}, nil)
		case 2:
			c.MustJSON("POST", all+out.ID+"/triage", map[string]string{}, nil)
			c.MustJSON("POST", all+out.ID+"/coordinate", map[string]any{"embargo": soon}, nil)
		case 3:
			c.MustJSON("POST", all+out.ID+"/close", map[string]string{"outcome": "duplicate"}, nil)
		}
	}
	var r struct{ Secret string }
	report["source"], report["email"] = "researcher", "finder@test.invalid"
	h.Visitor().MustJSON("POST", "/api/v1/reports", report, &r)
	t.add("caselink", Centre, r.Secret)
	h.Visitor().Do("POST", "/api/v1/reports/"+r.Secret+"/files?name=proof.txt", "text/plain", []byte("Send the command."))
	h.followed(t, c)
}

// followed finds the case of the visitor: it has an address to write to and a file.
func (h *House) followed(t *Town, c *Client) {
	h.t.Helper()
	var list struct {
		Cases []struct{ ID, Source string }
	}
	c.MustJSON("GET", "/api/v1/disclosures?limit=200", nil, &list)
	for _, x := range list.Cases {
		if x.Source != "researcher" {
			continue
		}
		var o struct{ Files []struct{ ID string } }
		c.MustJSON("GET", "/api/v1/disclosures/"+x.ID+"/confidential", nil, &o)
		if len(o.Files) > 0 && strings.Contains(string(c.Get("/api/v1/disclosures/"+x.ID+"/confidential").Body), "finder@test.invalid") {
			t.add("case", Centre, x.ID)
			t.add("attachment", Centre, o.Files[0].ID)
		}
	}
}
