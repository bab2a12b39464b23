package provider

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"
	"github.com/gocsaf/csaf/v3/csaf"

	"ward"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
)

// valid checks JSON by one of the standard's schemas.
func valid(t testing.TB, name, text string, by func(any) ([]string, error)) {
	t.Helper()
	var v any
	expect.OK(t, json.Unmarshal([]byte(text), &v))
	if faults, err := by(v); err != nil || len(faults) > 0 {
		t.Errorf("%s breaks the schema: %v, %v\n%s", name, faults, err, text)
	}
}

// verifies checks a signature with the key that the metadata names first.
func (h *house) verifies(t testing.TB, path, body string) bool {
	t.Helper()
	meta, _ := h.read(t, visitor, "provider-metadata.json")
	var m struct {
		Keys []struct{ Fingerprint, URL string } `json:"public_openpgp_keys"`
	}
	expect.OK(t, json.Unmarshal([]byte(meta), &m))
	signature, code := h.read(t, analyst, path+".asc")
	if code != "" {
		t.Fatalf("%s.asc: %s", path, code)
	}
	for _, k := range m.Keys {
		armored, code := h.read(t, visitor, strings.TrimPrefix(k.URL, ours+"/.well-known/csaf/"))
		if code != "" {
			t.Fatalf("%s: %s", k.URL, code)
		}
		key, err := crypto.NewKeyFromArmored(armored)
		expect.OK(t, err)
		if !strings.EqualFold(key.GetFingerprint(), k.Fingerprint) || key.IsPrivate() {
			t.Errorf("the key at %s is %s, private %t", k.URL, key.GetFingerprint(), key.IsPrivate())
		}
		v, err := crypto.PGP().Verify().VerificationKey(key).VerifyTime(h.clock.Now().Unix()).New()
		expect.OK(t, err)
		if r, err := v.VerifyDetached([]byte(body), []byte(signature), crypto.Armor); err == nil && r.SignatureError() == nil {
			return true
		}
	}
	return false
}

// A document of the house is published with everything that a trusted provider
// promises (CSAF 2.0 sections 7.1.5 to 7.1.20), on both databases.
func TestTrustedProvider(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, secret)
		if _, code := h.read(t, visitor, "white/csaf-feed-tlp-white.json"); code != ward.NotFound {
			t.Errorf("a feed without entries: got %q, want not found", code)
		}
		meta, _ := h.read(t, visitor, "provider-metadata.json")
		valid(t, "empty metadata", meta, csaf.ValidateProviderMetadata)
		body := string(h.bring(t, "a1", ward.TLPClear, paper{}))
		h.bring(t, "a2", ward.TLPClear, paper{id: "Ward: 2/B", initial: "2025-05-01T00:00:00+02:00"})
		const path = "white/2026/hsc-2026-001.json"
		if got, code := h.read(t, visitor, path); code != "" || got != body {
			t.Errorf("the document: got %q, %.60s", code, got)
		}
		if got := Canonical(h.cfg.Publisher, ours)(ward.TLPClear, time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), "HSC-2026-001"); got != ours+"/.well-known/csaf/"+path {
			t.Errorf("canonical URL %s, the document is at %s", got, path)
		}
		sum := sha256.Sum256([]byte(body))
		if got, _ := h.read(t, visitor, path+".sha256"); got != hex.EncodeToString(sum[:])+"  hsc-2026-001.json\n" {
			t.Errorf("hash file %q", got)
		}
		if got, _ := h.read(t, visitor, path+".sha512"); len(got) != 128+2+len("hsc-2026-001.json")+1 {
			t.Errorf("hash file %q", got)
		}
		if !h.verifies(t, path, body) {
			t.Error("the signature does not verify by a published key")
		}
		feed, _ := h.read(t, visitor, "white/csaf-feed-tlp-white.json")
		valid(t, "feed", feed, csaf.ValidateROLIE)
		meta, _ = h.read(t, visitor, "provider-metadata.json")
		valid(t, "metadata", meta, csaf.ValidateProviderMetadata)
		for name, want := range map[string]string{
			"white/index.txt":           "2026/hsc-2026-001.json\n2025/ward_2_b.json\n",
			"white/changes.csv":         `"2026/hsc-2026-001.json","2026-03-01T08:00:00Z"` + "\n" + `"2025/ward_2_b.json","2025-04-30T22:00:00Z"` + "\n",
			"white/":                    `<a href="2025/">2025/</a>`,
			"white/2026/":               `<a href="hsc-2026-001.json.asc">`,
			"white/category-white.json": `"term": "Acme"`,
			"service.json":              ours + "/.well-known/csaf/white/csaf-feed-tlp-white.json",
		} {
			if got, code := h.read(t, visitor, name); code != "" || !strings.Contains(got, want) {
				t.Errorf("%s: got %q %s, want %s", name, code, got, want)
			}
		}
	})
}

// A new revision takes the place of the old one, a withdrawn right takes the file
// away, and doing it all again changes nothing.
func TestRevisionAndRemoval(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, secret)
		h.bring(t, "a1", ward.TLPClear, paper{})
		tag := h.tag(t, "white/csaf-feed-tlp-white.json")
		h.hear(t, "a1", "enriched")
		h.hear(t, "a1", "new")
		if again := h.tag(t, "white/csaf-feed-tlp-white.json"); again != tag {
			t.Error("the same fact again changed the feed")
		}
		body := h.bring(t, "a1", ward.TLPClear, paper{version: "2", current: "2026-04-01T00:00:00Z"})
		if got, _ := h.read(t, visitor, "white/2026/hsc-2026-001.json"); got != string(body) {
			t.Error("the old revision is served")
		}
		if again := h.tag(t, "white/csaf-feed-tlp-white.json"); again == tag {
			t.Error("a new revision left the feed's tag")
		}
		h.bring(t, "a1", ward.TLPAmber, paper{version: "3", label: "AMBER", current: "2026-05-01T00:00:00Z"})
		if _, code := h.read(t, visitor, "white/2026/hsc-2026-001.json"); code != ward.NotFound {
			t.Errorf("a document that became AMBER is still public: %q", code)
		}
		if _, code := h.read(t, member, "amber/2026/hsc-2026-001.json"); code != "" {
			t.Errorf("a member: %q", code)
		}
		delete(h.stock.issued, "a1")
		h.hear(t, "a1", "deleted")
		if _, code := h.read(t, member, "amber/2026/hsc-2026-001.json"); code != ward.NotFound {
			t.Errorf("deleted: got %q, want not found", code)
		}
	})
}

// What left a folder changed it, for whoever asks by the time alone: no list of it
// and no description of the house is older than what went.
func TestTimesOnlyGrow(t *testing.T) {
	h := openHouse(t, database.Open(t, database.SQLite), secret)
	at := func(path string) time.Time {
		t.Helper()
		f, err := h.Provider(context.Background(), visitor, path)
		expect.OK(t, err)
		return f.Modified
	}
	h.bring(t, "a1", ward.TLPClear, paper{})
	h.bring(t, "a2", ward.TLPClear, paper{id: "HSC-2026-002"})
	if got := at("white/index.txt"); !got.IsZero() {
		t.Errorf("changed at %s, and more may follow in this second", got)
	}
	h.clock.Advance(time.Minute)
	year, meta := at("white/2026/"), at("provider-metadata.json")
	delete(h.stock.issued, "a2")
	h.hear(t, "a2", "deleted")
	h.clock.Advance(time.Minute)
	if got := at("white/2026/"); !got.After(year) {
		t.Errorf("a year that lost a document changed at %s, as before at %s", got, year)
	}
	delete(h.stock.issued, "a1")
	h.hear(t, "a1", "deleted")
	h.clock.Advance(time.Minute)
	if got := at("provider-metadata.json"); !got.After(meta) {
		t.Errorf("without its last feed it changed at %s, with it at %s", got, meta)
	}
	if got, _ := h.read(t, visitor, "provider-metadata.json"); strings.Contains(got, "csaf-feed") {
		t.Error("it names a feed that is gone")
	}
	for _, path := range []string{"white/", "white/index.txt", "service.json"} {
		if _, code := h.read(t, visitor, path); code != ward.NotFound {
			t.Errorf("%s of no document: %q", path, code)
		}
	}
}

func (h *house) tag(t testing.TB, path string) string {
	t.Helper()
	f, err := h.Provider(context.Background(), visitor, path)
	expect.OK(t, err)
	return f.Tag
}

// What must not be published is held back with its reason; what only claims to
// be ours is not even that.
func TestHeldBack(t *testing.T) {
	h := openHouse(t, database.Open(t, database.SQLite), secret)
	h.bring(t, "b1", ward.TLPClear, paper{id: "A/1"})
	for id, tc := range map[ward.AdvisoryID]struct {
		tlp   ward.TLP
		paper paper
		want  Reason
	}{
		"b2": {ward.TLPClear, paper{id: "D-1", status: "draft"}, HeldDraft},
		"b3": {ward.TLPClear, paper{id: "I-1", broken: true}, HeldInvalid},
		"b4": {ward.TLPClear, paper{id: "E-1", edition: "2.1"}, HeldEdition},
		"b5": {ward.TLPAmberStrict, paper{id: "M-1"}, HeldMarking},
		"b6": {ward.TLPClear, paper{id: "A 1"}, HeldName},
	} {
		h.bring(t, id, tc.tlp, tc.paper)
		var got Document
		expect.OK(t, h.db.Read(context.Background(), func(tx *db.Tx) (err error) {
			got, err = documentOf(context.Background(), tx, id)
			return err
		}))
		if got.Why != tc.want {
			t.Errorf("%s: got %q (%s), want %q", id, got.Why, got.Detail, tc.want)
		}
	}
	h.bringFrom(t, ward.Issued{Advisory: "b7", TLP: ward.TLPClear, Namespace: ours, Source: "feed"}, paper{id: "F-1"}, nil)
	o, err := h.Overview(context.Background(), analyst)
	expect.OK(t, err)
	if len(o.Latest) != 1 || len(o.Held) != 5 || o.Folders[0].Entries != 1 {
		t.Errorf("got %d out, %d held back, want 1 and 5", len(o.Latest), len(o.Held))
	}
	if o, err = h.Overview(context.Background(), operator); err != nil || len(o.Held) != 4 {
		t.Errorf("the operator sees what is public only: %d, %v", len(o.Held), err)
	}
	if _, err := h.Overview(context.Background(), member); ward.CodeOf(err) != ward.Forbidden {
		t.Errorf("a member: got %v, want forbidden", err)
	}
	delete(h.stock.issued, "b1")
	h.hear(t, "b1", "deleted")
	expect.OK(t, h.sweep(context.Background(), ""))
	if got, code := h.read(t, visitor, "white/index.txt"); code != "" || got != "2026/a_1.json\n" {
		t.Errorf("the name is free: got %q %q", got, code)
	}
}

// What an earlier version held back is looked at once more by the next one, which
// may read it; within one run it is not tried again and again.
func TestHeldBackByAnEarlierVersion(t *testing.T) {
	h := openHouse(t, database.Open(t, database.SQLite), secret)
	ctx := context.Background()
	h.bring(t, "b1", ward.TLPClear, paper{id: "I-1", broken: true})
	h.stock.docs["b1 1"] = ward.IssuedDocument{Body: document(t, ours, paper{id: "I-1"})} // as if its test had been wrong
	expect.OK(t, h.sweep(ctx, ""))
	if _, code := h.read(t, visitor, "white/2026/i-1.json"); code != ward.NotFound {
		t.Errorf("within the same run: got %q, want not found", code)
	}
	h.clock.Advance(time.Hour)
	h.began = h.clock.Now()
	expect.OK(t, h.sweep(ctx, ""))
	if _, code := h.read(t, visitor, "white/2026/i-1.json"); code != "" {
		t.Errorf("after the next start: got %q", code)
	}
}

// Nobody learns of a marked document above his clearance: not from feeds,
// metadata, listings, hashes, nor from the kind of refusal.
func TestMarkedDocuments(t *testing.T) {
	h := openHouse(t, database.Open(t, database.SQLite), secret)
	h.bring(t, "c1", ward.TLPClear, paper{id: "W-1"})
	h.bring(t, "c2", ward.TLPAmber, paper{id: "A-1", label: "AMBER"})
	h.bring(t, "c3", ward.TLPRed, paper{id: "R-1", label: "RED"})
	token := member
	token.Token, token.Scopes = true, []ward.Permission{"inventory.read"}
	reader := token
	reader.Scopes = []ward.Permission{"advisory.read"}
	for _, tc := range []struct {
		name  string
		actor ward.Actor
		path  string
		want  ward.Code
	}{
		{"visitor, there", visitor, "amber/2026/a-1.json", ward.Forbidden},
		{"visitor, not there", visitor, "amber/2026/none.json", ward.Forbidden},
		{"visitor, green without entries", visitor, "green/csaf-feed-tlp-green.json", ward.Forbidden},
		{"visitor, white not there", visitor, "white/2026/a-1.json", ward.NotFound},
		{"member, amber", member, "amber/2026/a-1.json", ""},
		{"member, amber's hash", member, "amber/2026/a-1.json.sha512", ""},
		{"member, red", member, "red/2026/r-1.json", ward.NotFound},
		{"member, red not there", member, "red/2026/none.json", ward.NotFound},
		{"member, red feed", member, "red/csaf-feed-tlp-red.json", ward.NotFound},
		{"operator, amber", operator, "amber/2026/a-1.json", ward.NotFound},
		{"token without the right", token, "amber/2026/a-1.json", ward.NotFound},
		{"token without the right, white", token, "white/2026/w-1.json", ""},
		{"token with the right", reader, "amber/2026/a-1.json.asc", ""},
		{"analyst, red", analyst, "red/2026/r-1.json", ""},
		{"wrong folder", analyst, "white/2026/r-1.json", ward.NotFound},
		{"upwards", analyst, "white/../red/2026/r-1.json", ward.NotFound},
		{"no slash, so no redirect", visitor, "white", ward.NotFound},
		{"capital letters", visitor, "WHITE/2026/w-1.json", ward.NotFound},
	} {
		if _, got := h.read(t, tc.actor, tc.path); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
	}
	for name, tc := range map[string]struct {
		actor ward.Actor
		feeds int
	}{"visitor": {visitor, 1}, "member": {member, 2}, "operator": {operator, 1}, "token": {token, 1}, "analyst": {analyst, 3}} {
		meta, _ := h.read(t, tc.actor, "provider-metadata.json")
		service, _ := h.read(t, tc.actor, "service.json")
		if n, m := strings.Count(meta, "csaf-feed-tlp-"), strings.Count(service, "csaf-feed-tlp-"); n != tc.feeds || m != tc.feeds {
			t.Errorf("%s: %d feeds in the metadata, %d in the service document, want %d", name, n, m, tc.feeds)
		}
	}
}
