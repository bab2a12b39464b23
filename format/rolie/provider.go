package rolie

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"ward"
)

// maxMetadata bounds provider-metadata.json and aggregator.json in bytes; the
// BSI's aggregator lists a few hundred providers in some 100 kB.
const maxMetadata = 8 << 20

// Provider is a provider-metadata.json.
type Provider struct {
	Version      string    // metadata_version: "2.0", "2.1"
	URL          string    // canonical_url
	Role         string    // csaf_publisher, csaf_provider, csaf_trusted_provider
	Updated      time.Time // last_updated, UTC; zero if unreadable
	Listed       bool      // list_on_CSAF_aggregators
	Mirrored     bool      // mirror_on_CSAF_aggregators
	Publisher    Publisher
	Keys         []Key
	Feeds        []FeedLink // ROLIE feeds of all distributions
	Directories  []string   // directory_url of all distributions
	ServiceDocs  []string   // ROLIE service documents
	CategoryDocs []string   // ROLIE category documents
}

// Publisher is who stands behind a provider or aggregator.
type Publisher struct {
	Category  string `json:"category"`
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Contact   string `json:"contact_details"`
	Authority string `json:"issuing_authority"`
}

// Key is an OpenPGP key of a provider.
type Key struct {
	Fingerprint string `json:"fingerprint"` // hexadecimal, as written; may be empty
	URL         string `json:"url"`
}

// FeedLink is one feed with its marking.
type FeedLink struct {
	URL      string
	Summary  string
	Label    ward.TLP // RED where the label cannot be read
	LabelTxt string   // tlp_label as written
}

type wireProvider struct {
	MetadataVersion string    `json:"metadata_version"`
	CanonicalURL    string    `json:"canonical_url"`
	Role            string    `json:"role"`
	LastUpdated     string    `json:"last_updated"`
	List            bool      `json:"list_on_CSAF_aggregators"`
	Mirror          bool      `json:"mirror_on_CSAF_aggregators"`
	Publisher       Publisher `json:"publisher"`
	Keys            []Key     `json:"public_openpgp_keys"`
	Distributions   []struct {
		DirectoryURL string `json:"directory_url"`
		Directory    struct {
			URL string `json:"url"`
		} `json:"directory"` // CSAF 2.1
		ROLIE struct {
			Categories []string   `json:"categories"`
			Services   []string   `json:"services"`
			Feeds      []wireLine `json:"feeds"`
		} `json:"rolie"`
	} `json:"distributions"`
}

type wireLine struct {
	Summary string `json:"summary"`
	Label   string `json:"tlp_label"`
	URL     string `json:"url"`
}

// ReadProvider reads a provider-metadata.json. It refuses one without
// canonical_url or publisher name, since nothing can be attributed then.
func ReadProvider(r io.Reader) (*Provider, error) {
	var w wireProvider
	if err := decode(r, &w); err != nil {
		return nil, err
	}
	if w.CanonicalURL == "" || w.Publisher.Name == "" {
		return nil, &Error{Kind: ErrKind, Detail: "no canonical_url and publisher: not a provider-metadata.json"}
	}
	p := &Provider{Version: w.MetadataVersion, URL: w.CanonicalURL, Role: w.Role, Listed: w.List, Mirrored: w.Mirror, Publisher: w.Publisher, Keys: w.Keys}
	p.Updated, _ = parseTime(w.LastUpdated)
	for _, d := range w.Distributions {
		for _, url := range [...]string{d.DirectoryURL, d.Directory.URL} {
			if url != "" {
				p.Directories = append(p.Directories, url)
			}
		}
		for _, f := range d.ROLIE.Feeds {
			label, _ := ward.ParseTLP(f.Label)
			if f.Label == "UNLABELED" { // a document without label is WHITE, CSAF 2.0 section 3.2.1.5.2
				label = ward.TLPClear
			}
			p.Feeds = append(p.Feeds, FeedLink{URL: f.URL, Summary: f.Summary, Label: label, LabelTxt: f.Label})
		}
		p.ServiceDocs = append(p.ServiceDocs, d.ROLIE.Services...)
		p.CategoryDocs = append(p.CategoryDocs, d.ROLIE.Categories...)
	}
	return p, nil
}

// Aggregator is an aggregator.json.
type Aggregator struct {
	Version   string // aggregator_version
	URL       string // canonical_url
	Category  string // lister, aggregator
	Name      string
	Namespace string
	Updated   time.Time // UTC; zero if unreadable
	Members   []Member  // csaf_providers, then csaf_publishers
}

// Member is one issuing party that an aggregator knows.
type Member struct {
	Metadata  string // address of its provider-metadata.json
	Role      string
	Publisher Publisher
	Updated   time.Time // UTC; zero if unreadable
	Mirrors   []string  // addresses of the aggregator's copies
}

type wireMember struct {
	Metadata struct {
		URL         string    `json:"url"`
		Role        string    `json:"role"`
		LastUpdated string    `json:"last_updated"`
		Publisher   Publisher `json:"publisher"`
	} `json:"metadata"`
	Mirrors []string `json:"mirrors"`
}

type wireAggregator struct {
	Version    string       `json:"aggregator_version"`
	URL        string       `json:"canonical_url"`
	Updated    string       `json:"last_updated"`
	Aggregator Publisher    `json:"aggregator"`
	Providers  []wireMember `json:"csaf_providers"`
	Publishers []wireMember `json:"csaf_publishers"`
}

// ReadAggregator reads an aggregator.json; it refuses one without aggregator
// name. Members without an address are left out.
func ReadAggregator(r io.Reader) (*Aggregator, error) {
	var w wireAggregator
	if err := decode(r, &w); err != nil {
		return nil, err
	}
	if w.Aggregator.Name == "" {
		return nil, &Error{Kind: ErrKind, Detail: "no aggregator name: not an aggregator.json"}
	}
	a := &Aggregator{Version: w.Version, URL: w.URL, Category: w.Aggregator.Category, Name: w.Aggregator.Name, Namespace: w.Aggregator.Namespace}
	a.Updated, _ = parseTime(w.Updated)
	for _, m := range append(w.Providers, w.Publishers...) {
		if m.Metadata.URL == "" {
			continue
		}
		member := Member{Metadata: m.Metadata.URL, Role: m.Metadata.Role, Publisher: m.Metadata.Publisher, Mirrors: m.Mirrors}
		member.Updated, _ = parseTime(m.Metadata.LastUpdated)
		a.Members = append(a.Members, member)
	}
	return a, nil
}

// decode reads one bounded JSON object; unknown members are let pass because
// publishers add their own, wrong types are refused with their place.
func decode(r io.Reader, to any) error {
	data, err := io.ReadAll(io.LimitReader(r, maxMetadata+1))
	if err != nil {
		return err
	}
	if len(data) > maxMetadata {
		return &Error{Kind: ErrTooLarge, Detail: fmt.Sprintf("more than %d bytes", maxMetadata)}
	}
	if !strings.HasPrefix(strings.TrimSpace(string(data[:min(len(data), 64)])), "{") {
		return &Error{Kind: ErrKind, Detail: "an object is expected"}
	}
	if err := json.Unmarshal(data, to); err != nil {
		f := reader{json: jsontext.NewDecoder(strings.NewReader(""))}
		if wrapped, ok := f.wrap(err).(*Error); ok {
			return wrapped
		}
		return &Error{Kind: ErrSyntax, Detail: reason(err)}
	}
	return nil
}
