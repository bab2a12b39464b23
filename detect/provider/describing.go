package provider

import (
	"context"
	"strings"
	"time"

	"ward"
	"ward/format/csaf"
	"ward/format/rolie"
	"ward/kit/db"
)

const ownFolder = "/.well-known/csaf"

// The addresses of the house (sections 7.1.9 and 7.1.21).
func (s *Service) providerURL() string   { return s.cfg.URL + ownFolder }
func (s *Service) aggregatorURL() string { return s.cfg.URL + "/.well-known/csaf-aggregator" }

// shelf is one provider that is served: the house's own, or the mirror of a maker.
type shelf struct {
	id     string // "" for our own
	base   string // address of its folder
	title  string
	mirror *Mirror // nil for our own
}

func (s *Service) own() shelf { return shelf{base: s.providerURL(), title: s.cfg.Publisher.Name} }

func (s *Service) mirrorShelf(m *Mirror) shelf {
	return shelf{id: m.Source, base: s.aggregatorURL() + "/" + m.Folder, title: m.Name, mirror: m}
}

// feedURL and its neighbours are the addresses inside a shelf.
func (h shelf) folderURL(t ward.TLP) string { return h.base + "/" + folder(t) + "/" }
func (h shelf) feedURL(t ward.TLP) string {
	return h.folderURL(t) + "csaf-feed-tlp-" + folder(t) + ".json"
}
func (h shelf) categoryURL(t ward.TLP) string {
	return h.folderURL(t) + "category-" + folder(t) + ".json"
}
func (h shelf) keyURL(fingerprint string) string {
	return h.base + "/openpgp/" + strings.ToUpper(fingerprint) + ".asc"
}

// Canonical gives the address at which a house publishes a document of its own,
// for the reference that test 6.2.11 asks of it; nil for a house that publishes
// nothing.
func Canonical(p Publisher, site string) func(t ward.TLP, initial time.Time, tracking string) string {
	if p.Name == "" || p.Namespace == "" {
		return nil
	}
	return func(t ward.TLP, initial time.Time, tracking string) string {
		d := Document{Year: yearOf(initial), Name: csaf.FileName(tracking)}
		return shelf{base: site + ownFolder}.folderURL(t) + d.Path()
	}
}

// state is what the database says of all shelves at one moment.
type state struct {
	folders []Folder
	emptied []Folder // had documents, and have none now
	keys    []Key
}

func (s *Service) state(ctx context.Context) (state, error) {
	var st state
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		all, err := folders(ctx, tx)
		if err != nil {
			return err
		}
		for _, f := range all {
			if f.Entries > 0 {
				st.folders = append(st.folders, f)
			} else {
				st.emptied = append(st.emptied, f)
			}
		}
		st.keys, err = allKeys(ctx, tx)
		return err
	})
	return st, err
}

// visible are those folders of a shelf that a may read, widest first.
func (s *Service) visible(a ward.Actor, all []Folder, shelfID string) []Folder {
	var out []Folder
	for _, f := range all {
		if f.Shelf == shelfID && s.admit(a, f.TLP) == nil {
			out = append(out, f)
		}
	}
	return out
}

// metadata is the provider-metadata.json of a shelf as a reader sees it: feeds
// of markings above his clearance are not named, so that they betray nothing.
func (s *Service) metadata(a ward.Actor, h shelf, st state) rolie.Metadata {
	m := rolie.Metadata{CanonicalURL: h.base + "/provider-metadata.json", MetadataVersion: "2.0"}
	for _, f := range s.visible(a, st.emptied, h.id) { // a feed that goes is a change as well
		m.LastUpdated = later(m.LastUpdated, f.Changed)
	}
	list := s.visible(a, st.folders, h.id)
	feeds := rolie.ROLIE{Services: []string{h.base + "/service.json"}}
	for _, f := range list {
		m.LastUpdated = later(m.LastUpdated, f.Changed)
		m.Distributions = append(m.Distributions, rolie.Distribution{DirectoryURL: h.folderURL(f.TLP)})
		feeds.Feeds = append(feeds.Feeds, rolie.FeedNotice{Summary: "All TLP:" + label(f.TLP) + " advisories of " + h.title,
			Label: label(f.TLP), URL: h.feedURL(f.TLP)})
		feeds.Categories = append(feeds.Categories, h.categoryURL(f.TLP))
	}
	if len(list) > 0 {
		m.Distributions = append(m.Distributions, rolie.Distribution{ROLIE: &feeds})
	}
	if h.mirror != nil {
		m.Publisher, m.Role = issuerOf(h.mirror.IssuingParty), "csaf_provider"
		if h.mirror.Role == "csaf_publisher" {
			m.Role = "csaf_publisher"
		}
		m.LastUpdated = orEarliest(later(m.LastUpdated, h.mirror.Updated))
		for _, k := range h.mirror.Keys {
			m.Keys = append(m.Keys, rolie.PublicKey{Fingerprint: strings.ToUpper(k.Fingerprint), URL: h.keyURL(k.Fingerprint)})
		}
	} else {
		m.Publisher = rolie.Issuer{Category: "coordinator", Name: s.cfg.Publisher.Name, Namespace: s.cfg.Publisher.Namespace,
			Contact: s.cfg.Publisher.Contact, Authority: s.cfg.Publisher.Authority}
		m.Role, m.List, m.Mirror = "csaf_trusted_provider", true, true
	}
	for _, k := range st.keys {
		m.LastUpdated = later(later(m.LastUpdated, k.Made), k.Ended)
		if k.State != KeyRevoked {
			m.Keys = append(m.Keys, rolie.PublicKey{Fingerprint: strings.ToUpper(k.Fingerprint), URL: h.keyURL(k.Fingerprint)})
		}
	}
	m.LastUpdated = orEarliest(m.LastUpdated)
	return m
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
