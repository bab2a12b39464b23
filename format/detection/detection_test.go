package detection

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

func aBundle() *Bundle {
	return &Bundle{Version: 1, ID: "b-7", Issued: time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC), Expires: time.Date(2026, 11, 8, 8, 0, 0, 0, time.UTC),
		Centre: "Centre <of> Tests", TLP: "AMBER",
		Indicators:   []Indicator{{Type: "domain", Value: "evil.example", Source: "HSC-1", ID: "i-1", CoversSubdomains: true}, {Type: "ipv4", Value: "203.0.113.9", Source: "HSC-1"}},
		Rules:        []RuleFile{{ID: "r-1", YAML: "title: x\n", AuthorRef: "a"}},
		WarningLists: []WarningList{{Name: "ours", Type: "hostname", Values: []string{"good.example"}}}}
}

func aHit() Hit {
	return Hit{Time: time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC), Subject: "pc-7", Kind: KindIndicator, Indicator: "evil.example", Type: "domain", Count: 1, Fields: map[string]string{"query": "a.evil.example"}}
}

func aKey(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

func TestBundleThereAndBack(t *testing.T) {
	want := aBundle()
	data, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeBundle(data)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	again, err := got.Encode()
	if err != nil || !bytes.Equal(again, data) || ETag(again) != ETag(data) {
		t.Errorf("written again: %s, %v", again, err)
	}
	in, err := got.Indicators[0].Indicator()
	if err != nil || in.Exact || in.Source != "HSC-1" || in.Ref != "i-1" {
		t.Errorf("indicator %+v, %v", in, err)
	}
	if _, err := (Indicator{Type: "asn", Value: "1"}).Indicator(); !errors.Is(err, ErrNotValid) {
		t.Errorf("an unknown type: %v", err)
	}
}

func TestBundlesThatAreRefused(t *testing.T) {
	for name, change := range map[string]func(*Bundle){
		"version":    func(b *Bundle) { b.Version = 2 },
		"id":         func(b *Bundle) { b.ID = "a b" },
		"time":       func(b *Bundle) { b.Expires = b.Issued },
		"tlp":        func(b *Bundle) { b.TLP = "PINK" },
		"centre":     func(b *Bundle) { b.Centre = "a\x1b[2J" },
		"rule":       func(b *Bundle) { b.Rules[0].YAML = strings.Repeat("x", MaxRule+1) },
		"indicators": func(b *Bundle) { b.Indicators = make([]Indicator, MaxIndicators+1) },
		"warnings":   func(b *Bundle) { b.WarningLists[0].Values = make([]string, MaxWarnings+1) },
		"list":       func(b *Bundle) { b.WarningLists[0].Name = "" },
	} {
		b := aBundle()
		change(b)
		if _, err := b.Encode(); err == nil {
			t.Errorf("%s: written", name)
		}
	}
	data, err := aBundle().Encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"unknown field": strings.Replace(string(data), `"id":`, `"mode":"drop","id":`, 1),
		"twice":         strings.Replace(string(data), `"id":`, `"id":"x","id":`, 1),
		"behind":        string(data) + "{}",
		"half":          string(data[:len(data)/2]),
		"version":       strings.Replace(string(data), `"version":1`, `"version":2`, 1),
	} {
		if _, err := DecodeBundle([]byte(bad)); !errors.Is(err, ErrNotValid) && !errors.Is(err, ErrVersion) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := DecodeBundle(make([]byte, MaxBundle+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a large one: %v", err)
	}
}

func TestSignature(t *testing.T) {
	key, body := aKey(1), []byte(`{"a":1}`)
	public, _ := key.Public().(ed25519.PublicKey)
	header := Sign(key, body)
	if err := Verify(public, header, body); err != nil {
		t.Fatal(err)
	}
	other, _ := aKey(2).Public().(ed25519.PublicKey)
	for name, c := range map[string]struct {
		key    ed25519.PublicKey
		header string
		body   []byte
	}{
		"other body":     {public, header, []byte(`{"a":2}`)},
		"other key":      {other, header, body},
		"claims the key": {other, strings.Replace(header, KeyID(public), KeyID(other), 1), body},
		"none":           {public, "", body},
		"form":           {public, strings.TrimPrefix(header, "ed25519="), body},
		"bare":           {public, fmt.Sprintf("ed25519=%s;key=%s", "AAAA", KeyID(public)), body},
	} {
		if err := Verify(c.key, c.header, c.body); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeyThereAndBack(t *testing.T) {
	public, _ := aKey(1).Public().(ed25519.PublicKey)
	data, err := KeyOf(public, "Centre").Encode()
	if err != nil {
		t.Fatal(err)
	}
	k, got, err := DecodeKey(data)
	if err != nil || !got.Equal(public) || k.Centre != "Centre" || len(Fingerprint(got)) != 64+15 {
		t.Errorf("%+v, %v", k, err)
	}
	for _, bad := range []string{`{}`, strings.Replace(string(data), k.ID, "0000000000000000", 1), strings.Replace(string(data), "ed25519", "rsa", 1), strings.Replace(string(data), k.Key, "AAAA", 1)} {
		if _, _, err := DecodeKey([]byte(bad)); err == nil {
			t.Errorf("taken: %s", bad)
		}
	}
}

func TestUpload(t *testing.T) {
	want := &Upload{Version: 1, Sensor: Sensor{ID: "s-1", Version: "1.0"}, Batch: "b-1", Hits: []Hit{aHit(),
		{Time: time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC), Subject: "pc-9", Kind: KindIndicator, Indicator: "evil.example", Type: "domain", Count: 2, Before: &Before{Last: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC), Hosts: 2}},
		{Time: time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC), Subject: "pc-8", Kind: KindRule, RuleID: "r", Title: "T", Level: "high", Count: 3}}}
	data, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeUpload(data)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	for i := range got.Hits {
		if err := got.Hits[i].Check(); err != nil {
			t.Errorf("hit %d: %v", i, err)
		}
	}
	later := strings.Replace(strings.Replace(string(data), `"batch":`, `"mood":{"a":[1]},"batch":`, 1), `"subject":`, `"weather":"rain","subject":`, 1)
	if got, err := DecodeUpload([]byte(later)); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("with members of a later release: %+v, %v", got, err)
	}
	for name, bad := range map[string]string{"twice": strings.Replace(string(data), `"batch":`, `"batch":"x","batch":`, 1), "behind": string(data) + "{}", "version": strings.Replace(string(data), `"version":1`, `"version":2`, 1)} {
		if _, err := DecodeUpload([]byte(bad)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	for name, change := range map[string]func(*Hit){
		"time": func(h *Hit) { h.Time = time.Time{} }, "count": func(h *Hit) { h.Count = 0 }, "kind": func(h *Hit) { h.Kind = "x" },
		"type": func(h *Hit) { h.Type = "asn" }, "both": func(h *Hit) { h.RuleID = "r" }, "rule": func(h *Hit) { h.Kind = KindRule },
		"before": func(h *Hit) { h.Before = &Before{Hosts: 1} }, "nowhere": func(h *Hit) { h.Before = &Before{Last: h.Time} },
		"subject": func(h *Hit) { h.Subject = "a\nb" }, "long": func(h *Hit) { h.Fields["x"] = strings.Repeat("x", MaxValue+1) }, "none": func(h *Hit) { h.Indicator = "" },
	} {
		h := aHit()
		change(&h)
		if h.Check() == nil {
			t.Errorf("%s: taken", name)
		}
	}
	want.Hits = make([]Hit, MaxHits+1)
	if _, err := want.Encode(); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too many: %v", err)
	}
}

func TestAnswer(t *testing.T) {
	a, err := DecodeAnswer([]byte(`{"accepted":1,"duplicate":1,"refused":[{"index":2,"reason":"x"}],"later":true}`), 3)
	if err != nil || a.Accepted != 1 || a.Refused[0].Index != 2 {
		t.Errorf("%+v, %v", a, err)
	}
	for _, bad := range []string{`{"accepted":4}`, `{"accepted":-1,"duplicate":4}`, `{"accepted":2,"refused":[{"index":3}]}`, `{}`, `[]`, strings.Repeat(" ", MaxAnswer+1)} {
		if _, err := DecodeAnswer([]byte(bad), 3); err == nil {
			t.Errorf("taken: %.40s", bad)
		}
	}
}

func TestHealth(t *testing.T) {
	want := &Health{Version: 1, Sensor: Sensor{ID: "s", Version: "1"}, Bundle: "b", UptimeSeconds: 5, Lines: 7, Hits: 1, Sources: []Source{{Kind: "file", State: StateOK}}}
	data, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := DecodeHealth(data); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := DecodeHealth([]byte(strings.Replace(string(data), `"lines":`, `"mood":1,"lines":`, 1))); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("with a count of a later release: %+v, %v", got, err)
	}
	for _, change := range []func(*Health){func(h *Health) { h.Lines = -1 }, func(h *Health) { h.Sources[0].State = "?" }, func(h *Health) { h.Sensor.ID = "" }, func(h *Health) { h.Version = 0 }, func(h *Health) { h.Sources = make([]Source, MaxSources+1) }} {
		h := *want
		h.Sources = []Source{{Kind: "file", State: StateOK}}
		change(&h)
		if _, err := h.Encode(); err == nil {
			t.Errorf("taken: %+v", h)
		}
	}
}

// FuzzDecode: no bytes crash a reader, and what it takes it can write again.
func FuzzDecode(f *testing.F) {
	data, err := aBundle().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"version":1,"sensor":{"id":"s","version":"1"},"batch":"b","hits":[{"time":"2026-11-01T08:00:00Z","subject":"x","kind":"rule","rule_id":"r","count":1}]}`))
	f.Add([]byte(`{"version":1,"sensor":{"id":"s","version":"1"},"uptime_seconds":1,"lines":1,"hits":0,"spooled":0,"dropped":0,"sources":[]}`))
	f.Add([]byte(`{"accepted":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if b, err := DecodeBundle(data); err == nil {
			if _, err := b.Encode(); err != nil {
				t.Errorf("bundle: %v", err)
			}
			for _, i := range b.Indicators {
				_, _ = i.Indicator()
			}
		}
		if u, err := DecodeUpload(data); err == nil {
			for i := range u.Hits {
				_ = u.Hits[i].Check()
			}
			if _, err := u.Encode(); err != nil {
				t.Errorf("upload: %v", err)
			}
		}
		if h, err := DecodeHealth(data); err == nil {
			if _, err := h.Encode(); err != nil {
				t.Errorf("health: %v", err)
			}
		}
		_, _ = DecodeAnswer(data, 1)
		_, _, _ = DecodeKey(data)
		_ = Verify(make(ed25519.PublicKey, ed25519.PublicKeySize), string(data), nil)
	})
}
