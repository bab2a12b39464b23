package provider

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/gocsaf/csaf/v3/csaf"

	"ward"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
)

func party(source, name string, mirror bool) ward.IssuingParty {
	host := "https://" + source + ".example"
	return ward.IssuingParty{Source: source, URL: host + "/provider-metadata.json", Role: "csaf_trusted_provider", List: true, Mirror: mirror,
		Category: "vendor", Name: name, Namespace: host, Updated: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Every: 5 * time.Minute,
		Keys: []ward.OpenPGPKey{{Fingerprint: strings.Repeat("ab", 20), Armored: "their key"}}}
}

func (h *house) aggregated(t testing.TB, path string) (string, ward.Code) {
	t.Helper()
	f, err := h.Aggregator(context.Background(), visitor, path)
	return content(t, f, err)
}

// The house becomes a lister with the second publisher and an aggregator when
// two of them allow copies; what they no longer allow goes.
func TestAggregator(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, secret)
		ctx := context.Background()
		if _, code := h.aggregated(t, "aggregator.json"); code != ward.NotFound {
			t.Errorf("alone: got %q, want not found", code)
		}
		h.parties = []ward.IssuingParty{party("acme", "ACME Medical, Inc.", true), {Source: "upload"}}
		h.is(t, "lister", 2, 0)
		acme := ward.Issued{Advisory: "m1", TLP: ward.TLPClear, Namespace: "https://acme.example", Source: "acme"}
		body := h.bringFrom(t, acme, paper{id: "ACME-1", broken: true}, []byte("their signature"))
		if _, code := h.aggregated(t, "acme-medical-inc/white/2026/acme-1.json"); code != ward.NotFound {
			t.Errorf("a lister mirrors: %q", code)
		}
		h.parties = append(h.parties, party("other", "Other", true))
		expect.OK(t, h.sweep(ctx, ""))
		h.is(t, "aggregator", 3, 2)
		const at = "acme-medical-inc/white/2026/acme-1.json"
		if got, code := h.aggregated(t, at); code != "" || got != string(body) {
			t.Errorf("copy: got %q, want it byte for byte", code)
		}
		if got, _ := h.aggregated(t, at+".asc"); got != "their signature" {
			t.Errorf("signature: got %q, want the publisher's", got)
		}
		meta, _ := h.aggregated(t, "acme-medical-inc/provider-metadata.json")
		valid(t, "metadata of a mirror", meta, csaf.ValidateProviderMetadata)
		for _, want := range []string{ours + "/.well-known/csaf-aggregator/acme-medical-inc/white/csaf-feed-tlp-white.json", "ACME Medical, Inc.", strings.Repeat("AB", 20)} {
			if !strings.Contains(meta, want) {
				t.Errorf("the metadata does not name %s:\n%s", want, meta)
			}
		}
		feed, _ := h.aggregated(t, "acme-medical-inc/white/csaf-feed-tlp-white.json")
		valid(t, "feed of a mirror", feed, csaf.ValidateROLIE)
		if got, _ := h.aggregated(t, "acme-medical-inc/openpgp/"+strings.Repeat("AB", 20)+".asc"); got != "their key" {
			t.Errorf("key: got %q", got)
		}
		h.unsigned(t)
		h.parties[1].Source, h.parties[2].Mirror = "upload", false
		expect.OK(t, h.sweep(ctx, ""))
		h.is(t, "lister", 3, 0)
		if _, code := h.aggregated(t, at); code != ward.NotFound {
			t.Errorf("a leave that was withdrawn: got %q, want not found", code)
		}
	})
}

// unsigned checks what came without a signature, and what is not for everybody.
func (h *house) unsigned(t *testing.T) {
	t.Helper()
	h.bringFrom(t, ward.Issued{Advisory: "m2", TLP: ward.TLPClear, Namespace: "https://other.example", Source: "other"}, paper{id: "O-1"}, nil)
	if got, _ := h.aggregated(t, "other/white/2026/o-1.json.asc"); !strings.Contains(got, "PGP SIGNATURE") {
		t.Errorf("without a signature of its own: got %q, want ours", got)
	}
	h.bringFrom(t, ward.Issued{Advisory: "m4", TLP: ward.TLPClear, Namespace: "https://other.example", Source: "other"}, paper{id: "O-3", status: "published"}, nil)
	if _, code := h.aggregated(t, "other/white/2026/o-3.json"); code != ward.NotFound {
		t.Errorf("a copy that breaks the schema (section 7.2.5: requirement 1): got %q", code)
	}
	h.bringFrom(t, ward.Issued{Advisory: "m3", TLP: ward.TLPGreen, Namespace: "https://other.example", Source: "other"}, paper{id: "O-2", label: "GREEN"}, nil)
	f, err := h.Aggregator(context.Background(), analyst, "other/green/2026/o-2.json")
	if _, code := content(t, f, err); code != ward.NotFound {
		t.Errorf("others' marked documents are not passed on: got %q", code)
	}
}

// is checks the list: what the house is, and how many it names and mirrors.
func (h *house) is(t testing.TB, category string, providers, mirrored int) {
	t.Helper()
	text, code := h.aggregated(t, "aggregator.json")
	if code != "" {
		t.Fatalf("list: %s", code)
	}
	valid(t, "aggregator.json", text, csaf.ValidateAggregator)
	var list struct {
		Aggregator struct{ Category string }
		Providers  []struct{ Mirrors []string } `json:"csaf_providers"`
	}
	expect.OK(t, json.Unmarshal([]byte(text), &list))
	n := 0
	for _, p := range list.Providers {
		n += len(p.Mirrors)
	}
	if list.Aggregator.Category != category || len(list.Providers) != providers || n != mirrored {
		t.Errorf("got %s with %d providers and %d mirrors, want %s, %d, %d:\n%s", list.Aggregator.Category, len(list.Providers), n, category, providers, mirrored, text)
	}
}

func TestSecurityTxt(t *testing.T) {
	h := openHouse(t, database.Open(t, database.SQLite), secret)
	f, err := h.SecurityTxt(context.Background())
	got, _ := content(t, f, err)
	want := "Contact: https://centre.example/report\nContact: mailto:a@centre.example\nExpires: 2027-05-21T00:00:00Z\nPreferred-Languages: en, de, fr\n" +
		"Canonical: https://centre.example/.well-known/security.txt\nPolicy: https://centre.example/report\n" +
		"Acknowledgments: https://centre.example/report/thanks\nCSAF: https://centre.example/.well-known/csaf/provider-metadata.json\n"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	h.cfg.Publisher.Contact, h.cfg.URL = "", "http://localhost:8080"
	if _, err := h.SecurityTxt(context.Background()); ward.CodeOf(err) != ward.NotFound {
		t.Errorf("without a contact: got %v, want not found", err)
	}
}
