package house

import (
	"time"

	"ward"
)

// incidents are reports of the hospitals, each with what its doors need: the
// first of a place has sent its early warning and its notification, of which one
// document waits for a person; the others wait for the team of the country.
func (h *House) incidents(t *Town) {
	h.t.Helper()
	aware := time.Now().UTC().Add(-time.Hour).Format(time.RFC3339)
	answer := func(id, value string) map[string]any { return map[string]any{"id": id, "value": value} }
	begin := map[string]any{"reporting_reason": "significant", "answers": []any{answer("aware_at", aware), answer("detected_at", aware), answer("summary", "Files cannot be opened"),
		answer("severe_disruption", "yes"), answer("suspected_malicious", "suspected"), answer("cross_border", "no"), answer("contact", "Duty desk"),
		answer("patient_data_stolen", "yes"), answer("risk_unlikely", "no")}}
	for _, p := range []Place{Home, Near, Far} {
		c := h.Enter(t.hosts[p])
		for n := range 2*spare + 4 {
			var out struct{ ID string }
			c.MustJSON("POST", "/api/v1/incidents", begin, &out)
			stages := []string{"early"}
			if n == 0 {
				stages = []string{"early", "notification"}
				for range spare {
					var file struct{ ID string }
					c.Upload("/api/v1/incidents/"+out.ID+"/files?name=firewall.log", []byte("a log"), &file)
					t.add("incidentfile", p, file.ID)
				}
			}
			for _, stage := range stages {
				var sent struct {
					ID         string
					Deliveries []struct{ ID, Way string }
				}
				c.MustJSON("POST", "/api/v1/incidents/"+out.ID+"/send", map[string]any{"version": 1, "stage": stage}, &sent)
				if n > 0 {
					continue
				}
				t.add("sending", p, sent.ID)
				for _, d := range sent.Deliveries {
					if d.Way == "portal" || d.Way == "file" {
						t.add("delivery", p, d.ID)
					}
				}
			}
			t.add("incident", p, out.ID)
		}
		h.ransoms(t, c, p)
		for range spare {
			var card struct{ ID string }
			c.MustJSON("POST", "/api/v1/incident-cards", map[string]any{"place": "Switchboard"}, &card)
			t.add("incidentcard", p, card.ID)
		}
		for kind, word := range map[string]string{"stage": "intermediate", "step": "status", "duty": "N6", "inlang": "en", "ransompart": "outcome"} {
			t.add(kind, p, word)
		}
	}
	t.forwarded(h)
	t.entered(h)
	t.add("see", Centre, "files")
	for p, id := range map[Place]string{Home: "HR-csirt", Near: "HR-dpa", Far: "DE-dpa"} {
		t.add("receiver", p, id)
	}
	t.add("quarter", Centre, "2026-Q4")
	t.urgent(h, append(begin["answers"].([]any)[:5:5], answer("cross_border", "no"), answer("contact", "Duty desk, +385 1 555 0101")))
}

// forwarded is what the team of the country passed on to the Centre.
func (t *Town) forwarded(h *House) {
	h.t.Helper()
	c, path := h.As(ward.RoleCSIRT), "/api/v1/incident-queue/"+t.ID("incident", Near, 0)+"/forward"
	var plan struct {
		Receivers []struct{ ID, Country string }
	}
	c.MustJSON("GET", path, nil, &plan)
	for _, r := range plan.Receivers {
		if r.Country == "" {
			c.MustJSON("POST", path, map[string]any{"to": []string{r.ID}, "text": "For the picture of the Union"}, nil)
		}
	}
	var inbox struct{ Forwarded []struct{ ID string } }
	h.As(ward.RoleCentre).MustJSON("GET", "/api/v1/incident-forwarded", nil, &inbox)
	for _, f := range inbox.Forwarded {
		t.add("forward", Centre, f.ID)
	}
}

// entered is a report of Near that reached the team as a letter, kept as it came.
func (t *Town) entered(h *House) {
	h.t.Helper()
	var out struct{ Report string }
	h.As(ward.RoleCSIRT).MustJSON("POST", "/api/v1/incident-intake/letter/enter", map[string]any{"text": "Dear colleagues,\n\nsince 3 o'clock no file opens.\n", "organisation_id": t.ID("org", Near, 0),
		"confirmed": true, "reporting_reason": "significant", "stage": "early", "answers": []any{map[string]any{"id": "aware_at", "value": time.Now().UTC().Add(-2 * time.Hour).Format(time.RFC3339)}}}, &out)
	t.add("entered", Near, out.Report)
}

// urgent is a report without an account, with the secret of its page.
func (t *Town) urgent(h *House, answers []any) {
	h.t.Helper()
	var out struct{ Secret string }
	h.Visitor().MustJSON("POST", "/api/v1/urgent-reports", map[string]any{"hospital": "Clinic of the town", "country": "HR", "answers": answers}, &out)
	t.add("urgentlink", Centre, out.Secret)
}

// Mate is which person of a hospital was named for every ransom record of it.
const Mate = 3

// ransoms are the records of what was demanded, one for each incident of a place:
// its host and one more are named and the country's team was given it. Everybody
// was named for the first, so that a door that takes somebody out finds him.
func (h *House) ransoms(t *Town, c *Client, p Place) {
	h.t.Helper()
	var me struct{ Person string }
	c.MustJSON("GET", "/api/v1/me", nil, &me)
	for n, id := range t.All("incident", p) {
		people := []string{me.Person, t.ID("person", p, Mate)}
		if n == 0 {
			people = append(people, t.All("person", p)...)
		}
		for _, x := range people {
			c.MustJSON("PUT", "/api/v1/ransom/"+id+"/circle/"+x, nil, nil)
		}
		c.MustJSON("PUT", "/api/v1/ransom/"+id+"/share", map[string]any{"shared": true}, nil)
	}
}
