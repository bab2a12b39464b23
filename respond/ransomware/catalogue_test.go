package ransomware

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/format/ransom"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
)

// compiledWith is what ward ransomware import writes, with one family more.
func compiledWith(t *testing.T, name string) []byte {
	t.Helper()
	m, err := ransom.Compile(append(ransom.Embedded(), ransom.Family{Name: name, Extensions: []string{".x-" + strings.ToLower(name)}}), nil)
	expect.OK(t, err)
	b, err := m.Encode()
	expect.OK(t, err)
	return b
}

// A catalogue waits until somebody looked at it; then every replica uses it, and a new
// one takes its place.
func TestReplicasShareCatalogue(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		now := time.Date(2026, 11, 29, 3, 0, 0, 0, time.UTC)
		cfg := h.cfg
		cfg.Clock = func() time.Time { return now }
		replica, err := New(cfg)
		expect.OK(t, err)
		knows := func(s *Service, name string) bool { _, ok := s.Family(name); return ok }

		_, tag := replica.Script() // looks
		p, err := h.Put(ctx, proposer, bytes.NewReader(compiledWith(t, "Wardvale")))
		expect.OK(t, err)
		if p.Version != 1 || p.NewCount != 1 || p.New[0] != "Wardvale" || p.GoneCount != 0 || p.Families != len(ransom.Embedded())+1 {
			t.Errorf("preview: %+v", p)
		}
		if knows(h.Service, "Wardvale") {
			t.Error("used before anybody looked")
		}
		expect.Code(t, "another catalogue than the one looked at", h.Take(ctx, proposer, strings.Repeat("0", 64)), ward.Conflict)
		expect.OK(t, h.Take(ctx, proposer, p.SHA256))
		if !knows(h.Service, "Wardvale") {
			t.Error("not used here")
		}
		if knows(replica, "Wardvale") {
			t.Error("a replica looks for every reader")
		}
		now = now.Add(lookEvery)
		if !knows(replica, "Wardvale") {
			t.Error("not used by a replica")
		}
		if _, after := replica.Script(); after == tag {
			t.Error("browsers keep the one before")
		}

		// The next one, as families in Ward's own form, waits beside it.
		p, err = h.Put(ctx, proposer, strings.NewReader(`{"families": [{"name": "Northvale"}]}`))
		expect.OK(t, err)
		if p.Version != 2 || p.GoneCount != 1 || p.Gone[0] != "Wardvale" || p.New[0] != "Northvale" {
			t.Errorf("preview: %+v", p)
		}
		used, waiting, err := h.Catalogues(ctx, second)
		expect.OK(t, err)
		if used == nil || used.Version != 1 || used.UsedName != proposer.Name || waiting == nil || waiting.SHA256 != p.SHA256 {
			t.Errorf("kept: %+v, %+v", used, waiting)
		}
		expect.OK(t, h.Discard(ctx, second, p.SHA256))
		expect.Code(t, "a catalogue that was thrown away", h.Take(ctx, second, p.SHA256), ward.Conflict)
		if now = now.Add(lookEvery); !knows(replica, "Wardvale") {
			t.Error("the one in use is gone")
		}

		// A house that starts later finds it.
		late, err := New(cfg)
		expect.OK(t, err)
		if !knows(late, "Wardvale") {
			t.Error("a house that starts does not use it")
		}
	})
}

// What is no catalogue is refused at the file, and only the Centre may come near.
func TestCataloguesThatAreNone(t *testing.T) {
	h := openHouse(t, database.Open(t, database.SQLite))
	broken := compiledWith(t, "Wardvale")
	for name, data := range map[string][]byte{"empty": nil, "text": []byte("no catalogue"), "cut": broken[:len(broken)/2], "another JSON": []byte(`{"a": 1}`),
		"no families": []byte(`{"families": []}`), "large": bytes.Repeat([]byte(" "), MaxUpload+1)} {
		_, err := h.Put(ctx, proposer, bytes.NewReader(data))
		expect.Code(t, name, err, ward.Invalid)
	}
	_, err := h.Put(ctx, member, strings.NewReader(`{"families": [{"name": "Northvale"}]}`))
	expect.Code(t, "a hospital's catalogue", err, ward.Forbidden)
	expect.Code(t, "a hospital's choice", h.Take(ctx, member, "x"), ward.Forbidden)
	expect.Code(t, "a hospital's refusal", h.Discard(ctx, member, "x"), ward.Forbidden)
	_, _, err = h.Catalogues(ctx, member)
	expect.Code(t, "a hospital looks", err, ward.Forbidden)
}
