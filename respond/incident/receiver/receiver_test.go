package receiver_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"ward"
	"ward/kit/db"
	"ward/kit/mail"
	"ward/respond/incident"
	"ward/respond/incident/pages"
	"ward/respond/incident/receiver"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/room"
)

var (
	ctx    = context.Background()
	marko  = ward.Actor{Person: "p4", Name: "Marko Team", Org: "t1", OrgName: "CSIRT", Country: "HR", Role: ward.RoleCSIRT, Lang: "en"}
	nina   = ward.Actor{Person: "p7", Name: "Nina Team", Org: "t1", OrgName: "CSIRT", Country: "HR", Role: ward.RoleCSIRT, Lang: "en"}
	abroad = ward.Actor{Person: "p5", Name: "Sven Abroad", Org: "t2", Country: "DE", Role: ward.RoleCSIRT, Lang: "en"}
	centre = ward.Actor{Person: "p6", Name: "Elena Centre", Org: "c", Role: ward.RoleCentre, Lang: "en"}
	member = ward.Actor{Person: "p1", Name: "Ana Member", Org: "h1", Country: "HR", Role: ward.RoleManager, Lang: "en"}
	start  = time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC)
)

type registry struct{}

func (registry) Standing(context.Context, ward.OrgID) (ward.Standing, error) {
	return ward.Standing{}, nil
}
func (registry) Teams(context.Context, ward.Country) ([]ward.OrgID, error) { return nil, nil }
func (registry) Contacts(context.Context, []ward.OrgID) (map[ward.OrgID][]ward.Contact, error) {
	return nil, nil
}
func (registry) Named(context.Context, string) ([]ward.Organisation, error) { return nil, nil }
func (registry) CareServices() []string                                     { return nil }
func (registry) Send(context.Context, mail.Message) error                   { return nil }

type house struct {
	*receiver.Service
	base    *room.Base
	reports *incident.Service
}

func open(t testing.TB, d *db.DB) house {
	t.Helper()
	b := room.New(t, d, start)
	h := house{base: b}
	var err error
	h.Service, err = receiver.New(receiver.Config{DB: d, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Audit: b.Audit})
	expect.OK(t, err)
	h.reports, err = incident.New(incident.Config{DB: d, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Bus: b.Bus, Queue: b.Queue, Audit: b.Audit, Log: b.Log, Registry: registry{},
		Mail: registry{}, Printer: b.Printer, Keys: h.Service, URL: "https://centre.example", Key: room.Key})
	expect.OK(t, err)
	b.Furnish(h.reports.Parts())
	return h
}

// pgp makes a key that lives for so many seconds, for ever with none.
func pgp(t testing.TB, life int32) *crypto.Key {
	t.Helper()
	k, err := crypto.PGP().KeyGeneration().AddUserId("Team", "team@example.invalid").GenerationTime(start.Add(-time.Hour).Unix()).Lifetime(life).New().GenerateKey()
	expect.OK(t, err)
	return k
}

func armoured(t testing.TB, k *crypto.Key) []byte {
	t.Helper()
	s, err := k.GetArmoredPublicKey()
	expect.OK(t, err)
	return []byte(s)
}

// A key is used only after somebody else has compared it, and then it is everywhere
// the one that was compared.
func TestTwoPeople(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		first, next := pgp(t, 0), pgp(t, 7200)
		put, err := h.Put(ctx, marko, "HR/dpa", armoured(t, first))
		expect.OK(t, err)
		if put.Fingerprint != first.GetFingerprint() || len(put.Addresses) != 1 || !put.Expires.IsZero() {
			t.Errorf("put: %+v", put)
		}
		used := func(want *crypto.Key) {
			t.Helper()
			b, err := h.KeyOf(ctx, "HR/dpa")
			expect.OK(t, err)
			if want == nil {
				if b != nil {
					t.Error("a key is used that nobody compared")
				}
				return
			}
			k, err := mail.ReadKey(b, start)
			expect.OK(t, err)
			if k.Fingerprint != want.GetFingerprint() {
				t.Errorf("%s is used, want %s", k.Fingerprint, want.GetFingerprint())
			}
		}
		end := put.Fingerprint[len(put.Fingerprint)-8:]
		used(nil)
		expect.Code(t, "confirmed by who put it in", h.Confirm(ctx, marko, "HR/dpa", put.ID, end), ward.Forbidden)
		expect.Code(t, "confirmed from abroad", h.Confirm(ctx, abroad, "HR/dpa", put.ID, end), ward.Forbidden)
		for _, wrong := range []string{"", end[1:], "00000000", strings.Repeat("0", 8) + end} {
			expect.Code(t, "confirmed by "+wrong, h.Confirm(ctx, nina, "HR/dpa", put.ID, wrong), ward.Invalid)
		}
		used(nil)
		expect.OK(t, h.Confirm(ctx, nina, "HR/dpa", put.ID, strings.ToUpper(end[:4])+" "+end[4:]))
		used(first)

		// Another one waits beside it, and takes its place when it was compared.
		second, err := h.Put(ctx, centre, "HR/dpa", armoured(t, next))
		expect.OK(t, err)
		if !second.Expires.Equal(start.Add(time.Hour)) {
			t.Errorf("expires %s", second.Expires)
		}
		used(first)
		expect.Code(t, "the one before confirmed again", h.Confirm(ctx, nina, "HR/dpa", put.ID, end), ward.Conflict)
		expect.OK(t, h.Confirm(ctx, nina, "HR/dpa", second.ID, second.Fingerprint))
		used(next)
		e, err := h.Find(ctx, centre, "HR/dpa")
		expect.OK(t, err)
		if e.Waiting != nil || e.Used == nil || e.Used.SeenName != nina.Name || e.Used.PutName != centre.Name || e.Used.Ended(start) || !e.Used.Ended(start.Add(time.Hour)) {
			t.Errorf("kept: %+v", e.Used)
		}
		expect.OK(t, h.End(ctx, marko, "HR/dpa"))
		used(nil)
	})
}

// Each team keeps the keys of its own country, the Centre those of all, nobody else any.
func TestWhoKeepsKeys(t *testing.T) {
	h := open(t, database.Open(t, database.SQLite))
	key := armoured(t, pgp(t, 0))
	for name, v := range map[string]struct {
		who      ward.Actor
		receiver string
		want     ward.Code
	}{
		"own country":     {marko, "HR/dpa", ""},
		"Centre":          {centre, "DE/dpa", ""},
		"another country": {abroad, "HR/dpa", ward.Forbidden},
		"hospital":        {member, "HR/dpa", ward.Forbidden},
		"no authority":    {marko, "HR/nobody", ward.NotFound},
		"no country":      {centre, "XX/dpa", ward.NotFound},
	} {
		_, err := h.Put(ctx, v.who, v.receiver, key)
		if v.want == "" {
			expect.OK(t, err)
		} else {
			expect.Code(t, name, err, v.want)
		}
		err = h.End(ctx, v.who, v.receiver)
		if v.want == "" {
			expect.OK(t, err)
		} else {
			expect.Code(t, name+" ends", err, v.want)
		}
	}
	if len(h.Countries(centre)) != 27 || len(h.Countries(marko)) != 1 || len(h.Countries(member)) != 0 {
		t.Errorf("countries: %d, %d, %d", len(h.Countries(centre)), len(h.Countries(marko)), len(h.Countries(member)))
	}
}

// What is no public key for encryption is refused by its name.
func TestKeysThatAreNone(t *testing.T) {
	h := open(t, database.Open(t, database.SQLite))
	k := pgp(t, 0)
	private, err := k.Armor()
	expect.OK(t, err)
	for name, text := range map[string]string{"none": "no key", "private": private, "ended": string(armoured(t, pgp(t, 60))), "large": strings.Repeat("x", mail.KeyLimit+1)} {
		_, err := h.Put(ctx, marko, "HR/dpa", []byte(text))
		var e *ward.Error
		if !errors.As(err, &e) || e.Code != ward.Invalid {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if e.Field != "key" || e.Key != "incident.error.key_"+name {
			t.Errorf("%s: %s at %s", name, e.Key, e.Field)
		}
	}
}

// The pages: a key is put in, compared by a colleague, and shown with its fingerprint.
func TestPages(t *testing.T) {
	h := open(t, database.Open(t, database.SQLite))
	parts := h.reports.Parts()
	parts.API = append(parts.API, h.Operations()...)
	s := h.base.Site(parts, pages.Menu(), pages.ReceiverRoutes(h.reports, h.Service))
	key := pgp(t, 7200)
	print := key.GetFingerprint()
	end := print[len(print)-8:]
	const one = "/receiver-keys/HR-dpa"
	s.Actor = marko
	s.Get("/receiver-keys", http.StatusOK, one, "No key")
	s.Get("/receiver-keys?country=DE", http.StatusForbidden)
	s.Get("/receiver-keys/HR-nobody", http.StatusNotFound)
	s.Post(one, http.StatusUnprocessableEntity, url.Values{"key": {"<b>no key"}}, "This is no OpenPGP public key", "&lt;b&gt;no key")
	s.Post(one, http.StatusSeeOther, url.Values{"key": {string(armoured(t, key))}})
	s.Get(one, http.StatusOK, strings.ToUpper(end[:4]+" "+end[4:]), "Somebody else has to compare it", "team@example.invalid")
	id := waiting(t, h)
	s.Post(one+"/confirm", http.StatusForbidden, url.Values{"id": {id}, "end": {end}})
	s.Actor = nina
	s.Post(one+"/confirm", http.StatusUnprocessableEntity, url.Values{"id": {id}, "end": {"12345678"}}, "That is not how the fingerprint ends")
	s.Post(one+"/confirm", http.StatusSeeOther, url.Values{"id": {id}, "end": {end}})
	s.Get("/receiver-keys", http.StatusOK, "Key in use")
	h.base.Clock.Advance(2 * time.Hour)
	s.Get("/receiver-keys", http.StatusOK, "Key has ended")
	s.Get(one, http.StatusOK, "Nothing is mailed to this receiver")
	s.Get("/api/v1/receiver-keys?country=HR", http.StatusOK, print, `"confirmed_by":"Nina Team"`)
	s.Get("/api/v1/receiver-keys", http.StatusOK, print)
	body, err := json.Marshal(map[string]string{"key": string(armoured(t, pgp(t, 0)))})
	expect.OK(t, err)
	r := httptest.NewRequest(http.MethodPut, "/api/v1/receiver-keys/HR-csirt", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	s.Do(r, http.StatusOK, `"state":"waiting"`, `"put_by":"Nina Team"`)
	s.Post(one+"/end", http.StatusSeeOther, url.Values{})
	s.Get(one, http.StatusOK, "No key")
	s.Actor = centre
	s.Get("/receiver-keys?country=DE", http.StatusOK, "/receiver-keys/DE-csirt", `value="DE" selected`)
}

func waiting(t *testing.T, h house) string {
	t.Helper()
	e, err := h.Find(ctx, centre, "HR/dpa")
	expect.OK(t, err)
	return e.Waiting.ID
}
