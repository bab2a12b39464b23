package sensor

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ward"
	"ward/format/detection"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/room"
)

var (
	ctx    = context.Background()
	start  = time.Date(2026, 11, 29, 10, 30, 0, 0, time.UTC)
	ana    = ward.Actor{Person: "p1", Name: "Ana Analyst", Org: "centre", Role: ward.RoleCentre}
	ben    = ward.Actor{Person: "p2", Name: "Ben Second", Org: "centre", Role: ward.RoleCentre}
	csirt  = ward.Actor{Person: "p3", Name: "Carl CSIRT", Org: "csirt-at", Country: "AT", Role: ward.RoleCSIRT}
	csirt2 = ward.Actor{Person: "p4", Name: "Cora CSIRT", Org: "csirt-si", Country: "SI", Role: ward.RoleCSIRT}
)

// hospital is a member of one, sensor its token.
func hospital(org ward.OrgID, c ward.Country) ward.Actor {
	return ward.Actor{Person: ward.PersonID("m-" + org), Name: "Max Member", Org: org, OrgName: "Hospital " + string(org), Country: c, Role: ward.RoleMember}
}

func sensorOf(a ward.Actor) ward.Actor {
	a.Token, a.Scopes = true, []ward.Permission{permSend}
	return a
}

// house is a service on a database of its own; nothing works its jobs.
type house struct {
	*Service
	base  *room.Base
	db    *db.DB
	clock *clock.Fake
	batch int
}

// Organisations implements Registry.
func (h *house) Organisations(_ context.Context, ids []ward.OrgID) (map[ward.OrgID]ward.Organisation, error) {
	out := map[ward.OrgID]ward.Organisation{}
	for _, o := range ids {
		out[o] = ward.Organisation{ID: o, Name: "Hospital " + string(o)}
	}
	return out, nil
}

func openHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	b := room.New(t, d, start)
	h := &house{base: b, db: d, clock: b.Clock}
	var err error
	h.Service, err = New(Config{DB: d, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Bus: b.Bus, Audit: b.Audit, Log: b.Log,
		Registry: h, Centre: "Centre of Tests", Key: room.Key})
	expect.OK(t, err)
	b.Furnish(h.Parts(), event.On("test.sighted", func(context.Context, event.Meta, ward.SightingRecorded) error { return nil }))
	return h
}

// told counts the facts that wait for whoever hears them.
func (h *house) told(t testing.TB) int {
	t.Helper()
	list, err := h.base.Queue.Waiting(ctx, 500)
	expect.OK(t, err)
	n := 0
	for _, r := range list {
		if r.Kind == "event" {
			n++
		}
	}
	return n
}

func both(t *testing.T, fn func(*testing.T, *house)) {
	database.Each(t, func(t *testing.T, d *db.DB) { fn(t, openHouse(t, d)) })
}

func head(tlp ward.TLP) Head {
	return Head{Title: "Addresses of the ransomware X", Summary: "They were used.", Advice: "Take the machine off the network.", Source: "Report 7",
		TLP: tlp, Severity: ward.SeverityHigh}
}

const list = "203.0.113.9\nevil[.]example\nnot an indicator at all !\n"

const rule = `title: Shadow copies are deleted
id: 0f1e2d3c-1111-4222-8333-444455556666
status: stable
author: Training
level: critical
logsource:
    product: windows
    category: process_creation
detection:
    selection:
        CommandLine|contains: 'vssadmin delete shadows'
    condition: selection
`

// given publishes a collection with the list and the rule and gives its id.
func (h *house) given(t testing.TB, a ward.Actor, tlp ward.TLP) string {
	t.Helper()
	c, err := h.Create(ctx, a, head(tlp))
	expect.OK(t, err)
	_, err = h.Add(ctx, a, c, Indicator, "list.txt", []byte(list))
	expect.OK(t, err)
	_, err = h.Add(ctx, a, c, Rule, "rule.yml", []byte(rule))
	expect.OK(t, err)
	publisher := a
	if a.Role == ward.RoleCentre {
		expect.OK(t, h.Submit(ctx, a, c))
		publisher = ben
	}
	expect.OK(t, h.Publish(ctx, publisher, c, 0))
	return c
}

func (h *house) item(t testing.TB, a ward.Actor, collection, value string) Item {
	t.Helper()
	v, err := h.Get(ctx, a, collection, 0)
	expect.OK(t, err)
	for _, i := range v.Items {
		if i.Value == value {
			return i
		}
	}
	t.Fatalf("%s is not in %+v", value, v.Items)
	return Item{}
}

func seen(value string, at time.Time) detection.Hit {
	return detection.Hit{Time: at, Subject: "pc-7", Kind: detection.KindIndicator, Indicator: value, Type: "domain", Count: 1,
		Fields: map[string]string{"query": "www." + value}}
}

// send sends hits as a batch of its own.
func (h *house) send(t testing.TB, a ward.Actor, list ...detection.Hit) detection.Answer {
	t.Helper()
	h.batch++
	u := detection.Upload{Version: detection.Version, Sensor: detection.Sensor{ID: "s-1", Version: "1.0"}, Batch: fmt.Sprintf("b-%d", h.batch), Hits: list}
	body, err := u.Encode()
	expect.OK(t, err)
	out, err := h.Receive(ctx, sensorOf(a), body)
	expect.OK(t, err)
	return out
}
