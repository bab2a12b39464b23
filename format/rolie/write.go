package rolie

import (
	"encoding/json"
	"io"
	"time"
)

// This file is the writing side: the documents of a provider and an aggregator
// as CSAF 2.0 section 7.1 and its JSON schemas want them. Addresses are absolute
// https ones; times are written in UTC.

// Metadata is a provider-metadata.json (section 7.1.7). Lists without entries
// are left out, as the schema wants at least one.
type Metadata struct {
	CanonicalURL    string         `json:"canonical_url"`
	Distributions   []Distribution `json:"distributions,omitempty"`
	LastUpdated     time.Time      `json:"last_updated"`
	List            bool           `json:"list_on_CSAF_aggregators"`
	MetadataVersion string         `json:"metadata_version"` // "2.0"
	Mirror          bool           `json:"mirror_on_CSAF_aggregators"`
	Keys            []PublicKey    `json:"public_openpgp_keys,omitempty"`
	Publisher       Issuer         `json:"publisher"`
	Role            string         `json:"role"`
}

// Distribution is one way to get the documents: exactly one of its members.
type Distribution struct {
	DirectoryURL string `json:"directory_url,omitempty"`
	ROLIE        *ROLIE `json:"rolie,omitempty"`
}

// ROLIE lists the feeds and their companions.
type ROLIE struct {
	Categories []string     `json:"categories,omitempty"`
	Feeds      []FeedNotice `json:"feeds"`
	Services   []string     `json:"services,omitempty"`
}

// FeedNotice is a feed as metadata names it; Label is one of CSAF 2.0's.
type FeedNotice struct {
	Summary string `json:"summary,omitempty"`
	Label   string `json:"tlp_label"`
	URL     string `json:"url"`
}

// PublicKey is an OpenPGP key; the fingerprint is hexadecimal in upper case.
type PublicKey struct {
	Fingerprint string `json:"fingerprint"`
	URL         string `json:"url"`
}

// Issuer is who stands behind documents; empty members are left out.
type Issuer struct {
	Category  string `json:"category"`
	Contact   string `json:"contact_details,omitempty"`
	Authority string `json:"issuing_authority,omitempty"`
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
}

// List is an aggregator.json (section 7.1.21).
type List struct {
	Aggregator   Issuer    `json:"aggregator"` // Category is "lister" or "aggregator"
	Version      string    `json:"aggregator_version"`
	CanonicalURL string    `json:"canonical_url"`
	Providers    []Listing `json:"csaf_providers"`
	Publishers   []Listing `json:"csaf_publishers,omitempty"`
	LastUpdated  time.Time `json:"last_updated"`
}

// Listing is one issuing party; UpdateInterval is for publishers only.
type Listing struct {
	Metadata       ListedParty `json:"metadata"`
	Mirrors        []string    `json:"mirrors,omitempty"`
	UpdateInterval string      `json:"update_interval,omitempty"`
}

// ListedParty is what is told of it.
type ListedParty struct {
	LastUpdated time.Time `json:"last_updated"`
	Publisher   Issuer    `json:"publisher"`
	Role        string    `json:"role,omitempty"`
	URL         string    `json:"url"`
}

// Category is a term of a scheme; the scheme may be empty.
type Category struct {
	Scheme string `json:"scheme,omitempty"`
	Term   string `json:"term"`
}

// InformationType is the category that RFC 8322 section 7.1.2 asks of each
// collection, with the term that CSAF registers.
func InformationType() Category {
	return Category{Scheme: "urn:ietf:params:rolie:category:information-type", Term: "csaf"}
}

// WriteService writes a ROLIE service document (section 7.1.16): one workspace of feeds.
func WriteService(w io.Writer, title string, feeds []Collection) error {
	type object = map[string]any
	list := make([]object, len(feeds))
	for i, f := range feeds {
		list[i] = object{"title": f.Title, "href": f.URL, "categories": object{"category": []Category{InformationType()}}}
	}
	return write(w, object{"service": object{"workspace": []object{{"title": title, "collection": list}}}})
}

// Collection is a feed in a service document.
type Collection struct{ Title, URL string }

// WriteCategories writes a ROLIE category document (section 7.1.17).
func WriteCategories(w io.Writer, list []Category) error {
	type object = map[string]any
	return write(w, object{"categories": object{"category": list}})
}

// WriteJSON writes any of this file's documents, indented as people read them.
func WriteJSON(w io.Writer, v any) error { return write(w, v) }

func write(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// FeedHead is a ROLIE feed without its entries (section 7.1.15).
type FeedHead struct {
	ID      string
	Title   string
	Self    string
	Service string
	Updated time.Time
}

// FeedEntry is one document of a feed.
type FeedEntry struct {
	ID         string // tracking id
	Title      string
	URL        string // hash and signature lie beside it
	Published  time.Time
	Updated    time.Time
	Summary    string // may be empty
	Categories []Category
}

type link struct {
	Rel  string `json:"rel"`
	Href string `json:"href"`
}

type wireEntryOut struct {
	ID        string     `json:"id"`
	Title     string     `json:"title"`
	Link      []link     `json:"link"`
	Published time.Time  `json:"published"`
	Updated   time.Time  `json:"updated"`
	Category  []Category `json:"category,omitempty"`
	Summary   *summary   `json:"summary,omitempty"`
	Content   struct {
		Type string `json:"type"`
		Src  string `json:"src"`
	} `json:"content"`
	Format struct {
		Schema  string `json:"schema"`
		Version string `json:"version"`
	} `json:"format"`
}

type summary struct {
	Content string `json:"content"`
}

// WriteFeed writes a feed entry by entry, so that one of 200,000 takes no memory.
// each calls its argument for every entry, newest change first.
func WriteFeed(w io.Writer, head FeedHead, each func(func(FeedEntry) error) error) error {
	type object = map[string]any
	open, err := json.Marshal(object{"id": head.ID, "title": head.Title, "updated": head.Updated.UTC(),
		"category": []Category{InformationType()},
		"link":     []link{{"self", head.Self}, {"service", head.Service}}})
	if err != nil {
		return err
	}
	// The entries are the last member of the feed's object.
	if _, err := w.Write(append([]byte(`{"feed":`), append(open[:len(open)-1], []byte(`,"entry":[`)...)...)); err != nil {
		return err
	}
	first := true
	err = each(func(e FeedEntry) error {
		b, err := json.Marshal(wireOf(e))
		if err != nil {
			return err
		}
		comma := ",\n"
		if first {
			comma, first = "\n", false
		}
		_, err = w.Write(append([]byte(comma), b...))
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n]}}\n")
	return err
}

func wireOf(e FeedEntry) wireEntryOut {
	out := wireEntryOut{ID: e.ID, Title: e.Title, Published: e.Published.UTC(), Updated: e.Updated.UTC(), Category: e.Categories,
		Link: []link{{"self", e.URL}, {"hash", e.URL + ".sha256"}, {"hash", e.URL + ".sha512"}, {"signature", e.URL + ".asc"}}}
	if e.Summary != "" {
		out.Summary = &summary{e.Summary}
	}
	out.Content.Type, out.Content.Src = "application/json", e.URL
	out.Format.Schema, out.Format.Version = "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json", "2.0"
	return out
}
