package provider

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"ward"
	"ward/format/rolie"
	"ward/kit/fetch"
)

func TestMatches(t *testing.T) {
	body := []byte("a document")
	s256, s512 := fmt.Sprintf("%x", sha256.Sum256(body)), fmt.Sprintf("%x", sha512.Sum512(body))
	for file, want := range map[string]bool{
		s256 + "  a.json\n": true, s512 + " *a.json": true, strings.ToUpper(s512): true,
		"": false, "hello": false, strings.Replace(s256, s256[:1], "g", 1): false, s256[:40]: false,
		fmt.Sprintf("%x", sha256.Sum256([]byte("another"))): false,
	} {
		if err := matches(file, body); (err == nil) != want {
			t.Errorf("hash file %.20q…: got %v, want right %v", file, err, want)
		}
	}
}

func TestOrigin(t *testing.T) {
	for in, want := range map[string]string{
		"acme.example": "https://acme.example acme.example", "https://acme.example/psirt": "https://acme.example acme.example",
		"http://acme.example:8080": "http://acme.example:8080 acme.example", " ": " ", "https://": " ",
	} {
		base, host, _ := origin(in)
		if got := base + " " + host; got != want {
			t.Errorf("origin(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestResolve(t *testing.T) {
	const base = "https://acme.example/feeds/all.json"
	for ref, want := range map[string]string{
		"a.json": "https://acme.example/feeds/a.json", "/a.json#x": "https://acme.example/a.json", "https://b.example/a": "https://b.example/a",
		"javascript:alert(1)": "", "file:///etc/passwd": "", "://": "",
	} {
		if got, _ := resolve(base, ref); got != want {
			t.Errorf("resolve(%q) = %q, want %q", ref, got, want)
		}
	}
}

// Feeds win over directories, and what needs a login is left out.
func TestListings(t *testing.T) {
	m := Metadata{Provider: &rolie.Provider{Directories: []string{"https://a.example/white"}, Feeds: []rolie.FeedLink{
		{URL: "https://a.example/white.json", Label: ward.TLPClear}, {URL: "https://a.example/amber.json", Label: ward.TLPAmber}, {Label: ward.TLPClear}}}}
	if got := m.Listings(ward.TLPGreen); len(got) != 1 || got[0].URL != "https://a.example/white.json" {
		t.Errorf("got %+v, want the white feed", got)
	}
	m.Feeds = nil
	if got := m.Listings(ward.TLPGreen); len(got) != 1 || !got[0].Directory || got[0].URL != "https://a.example/white/" {
		t.Errorf("got %+v, want the directory", got)
	}
}

func TestRing(t *testing.T) {
	pgp := crypto.PGP()
	key := func() *crypto.Key {
		k, err := pgp.KeyGeneration().AddUserId("Test", "test@acme.example").New().GenerateKey()
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	sign := func(k *crypto.Key, text string, form int8) []byte {
		signer, err := pgp.Sign().SigningKey(k).Detached().New()
		if err != nil {
			t.Fatal(err)
		}
		out, err := signer.Sign([]byte(text), form)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	ours, other := key(), key()
	public, err := ours.GetArmoredPublicKey()
	if err != nil {
		t.Fatal(err)
	}
	ring, err := NewRing([]Key{{ours.GetFingerprint(), public}})
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		signature []byte
		good      bool
	}{
		"armored": {sign(ours, "text", crypto.Armor), true}, "binary": {sign(ours, "text", crypto.Bytes), true},
		"other text": {sign(ours, "texT", crypto.Armor), false}, "other key": {sign(other, "text", crypto.Armor), false},
		"nothing": {nil, false}, "words": {[]byte("signed, truly"), false},
	} {
		signer, err := ring.Verify([]byte("text"), tc.signature)
		if (err == nil) != tc.good || tc.good && signer != ours.GetFingerprint() {
			t.Errorf("%s: got %q, %v, want good %v", name, signer, err, tc.good)
		}
	}
	var none *Ring
	if _, err := none.Verify([]byte("text"), sign(ours, "text", crypto.Armor)); err == nil {
		t.Error("a ring without keys verifies something")
	}
}

func TestFoldFingerprint(t *testing.T) {
	for in, want := range map[string]string{"AB CD": "abcd", "0xABCD": "abcd", "ab:cd": "abcd", "": ""} {
		if got := foldFingerprint(in); got != want {
			t.Errorf("foldFingerprint(%q) = %q, want %q", in, got, want)
		}
	}
}

// pages answers with fixed texts; what it has not is 404.
type pages map[string]string

func (p pages) Get(_ context.Context, address string, _ fetch.Options) (*fetch.Response, error) {
	text, ok := p[address]
	if !ok {
		return nil, &fetch.StatusError{Status: 404}
	}
	return &fetch.Response{URL: address, Body: io.NopCloser(strings.NewReader(text))}, nil
}

// The metadata is found in the order of CSAF 2.0 section 7.1: well-known address,
// security.txt in both places, DNS path; a line that leads nowhere is passed over.
func TestDiscover(t *testing.T) {
	const well, txt, old, dns = "https://acme.example/.well-known/csaf/provider-metadata.json", "https://acme.example/.well-known/security.txt",
		"https://acme.example/security.txt", "https://csaf.data.security.acme.example"
	metadata := func(name string) string {
		return `{"canonical_url":"https://acme.example/x/provider-metadata.json","publisher":{"name":"` + name + `"}}`
	}
	security := "Contact: mailto:psirt@acme.example\nExpires: 2027-01-01T00:00:00Z\n# CSAF: https://acme.example/no\nCSAF: https://acme.example/gone.json\ncsaf: https://cdn.example/a.json\n"
	all := pages{well: metadata("well-known"), txt: security, "https://cdn.example/a.json": metadata("security.txt"), dns: metadata("dns")}
	without := func(drop ...string) pages {
		out := pages{}
		for k, v := range all {
			if !slices.Contains(drop, k) {
				out[k] = v
			}
		}
		return out
	}
	legacy := without(well, txt)
	legacy[old] = security
	for name, tc := range map[string]struct {
		site      pages
		who, at   string
		addressed string
	}{
		"well-known first":         {all, "well-known", well, "acme.example"},
		"then security.txt":        {without(well), "security.txt", "https://cdn.example/a.json", "https://acme.example/psirt"},
		"security.txt at the root": {legacy, "security.txt", "https://cdn.example/a.json", "acme.example"},
		"then the DNS path":        {without(well, txt), "dns", dns, "acme.example"},
		"security.txt is no CSAF":  {pages{txt: "Contact: mailto:a@b.example\n", dns: metadata("dns")}, "dns", dns, "acme.example"},
		"a broken well-known":      {pages{well: "<html>", dns: metadata("dns")}, "dns", dns, "acme.example"},
		"nothing":                  {pages{}, "", "", "acme.example"},
	} {
		m, err := (&Client{HTTP: tc.site}).Discover(context.Background(), tc.addressed)
		switch {
		case tc.who == "":
			if KindOf(err) != KindMetadata {
				t.Errorf("%s: got %+v, %v, want a fault of the metadata", name, m, err)
			}
		case err != nil || m.Publisher.Name != tc.who || m.At != tc.at:
			t.Errorf("%s: got %+v, %v, want %s at %s", name, m, err, tc.who, tc.at)
		}
	}
}
