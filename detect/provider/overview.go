package provider

import (
	"context"

	"ward"
	"ward/kit/auth"
	"ward/kit/db"
)

// Overview is what the house publishes, for its page.
type Overview struct {
	Configured bool
	Publisher  Publisher
	Secure     bool   // the public address is https, as section 7.1.3 demands
	Metadata   string // addresses
	List       string
	Security   string // "" without a contact
	Folders    []Folder
	Keys       []Key // the newest first
	Latest     []Document
	Held       []Document
	Category   Category
	Mirrors    []Mirror
	Copies     map[string]int // mirrored documents by source
	MayRead    bool           // the asker may open the advisories
}

// shownDocuments bounds the two lists of an Overview.
const shownDocuments = 50

// Overview shows what is published within a's clearance, and what is held back.
func (s *Service) Overview(ctx context.Context, a ward.Actor) (*Overview, error) {
	if _, err := s.cfg.Guard.Check(a, "publish.read", ward.Object{Kind: "publishing", Org: a.Org, Country: a.Country}); err != nil {
		return nil, ward.Wrap("overview of publishing", err)
	}
	o := &Overview{Configured: s.Configured(), Publisher: s.cfg.Publisher, Secure: len(s.cfg.URL) > 8 && s.cfg.URL[:8] == "https://",
		Metadata: s.providerURL() + "/provider-metadata.json", List: s.aggregatorURL() + "/aggregator.json", Copies: map[string]int{}, MayRead: s.cfg.Guard.May(a, "advisory.read")}
	if s.cfg.Publisher.Contact != "" || o.Secure {
		o.Security = s.cfg.URL + "/.well-known/security.txt"
	}
	if !o.Configured {
		return o, nil
	}
	st, err := s.state(ctx)
	if err == nil {
		o.Mirrors, err = s.mirrors(ctx)
	}
	if err == nil {
		err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
			if o.Latest, err = latest(ctx, tx, auth.Clearance(a), "out", shownDocuments); err != nil {
				return err
			}
			o.Held, err = latest(ctx, tx, auth.Clearance(a), "held", shownDocuments)
			return err
		})
	}
	if err != nil {
		return nil, ward.Wrap("overview of publishing", err)
	}
	o.Keys, o.Folders = st.keys, foldersWithin(st.folders, auth.Clearance(a))
	for _, f := range st.folders {
		if f.Shelf != "" {
			o.Copies[f.Shelf] += f.Entries
		}
	}
	own := s.metadata(ward.Actor{}, s.own(), st)
	_, o.Category = s.aggregate(o.Mirrors, own, own.LastUpdated)
	return o, nil
}

// foldersWithin are the house's own folders within a clearance.
func foldersWithin(all []Folder, clearance ward.TLP) []Folder {
	var out []Folder
	for _, f := range all {
		if f.Shelf == "" && f.TLP.Within(clearance) {
			out = append(out, f)
		}
	}
	return out
}

// MayRenew reports whether a may renew the signing key: for the page's button.
func (s *Service) MayRenew(a ward.Actor) bool { return s.cfg.Guard.May(a, "publish.write") }
