package provider

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/format/rolie"
)

// Mirror is one publisher behind our sources with what an aggregator does for it.
type Mirror struct {
	ward.IssuingParty
	Folder   string // below the aggregator; stable while publishers keep their names
	Mirrored bool   // we serve copies; else it is listed only
}

// disjoint is how many issuing parties an aggregator must mirror, and a lister
// must list (sections 7.1.22 and 7.2.5).
const disjoint = 2

// mirrors lists the publishers that may be listed or mirrored, each once. None
// is mirrored unless two different ones may be: the house is an aggregator then.
func (s *Service) mirrors(ctx context.Context) ([]Mirror, error) {
	if !s.Configured() {
		return nil, nil
	}
	parties, err := s.cfg.Advisories.Parties(ctx)
	if err != nil {
		return nil, err
	}
	var out []Mirror
	seen, names, allowed := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, p := range parties {
		if seen[p.URL] || !usable(&p) || fold(p.Namespace) == s.namespace {
			continue
		}
		seen[p.URL] = true
		out = append(out, Mirror{IssuingParty: p, Folder: folderOf(p, names)})
		if p.Mirror {
			allowed[fold(p.Namespace)] = true
		}
	}
	for i := range out {
		out[i].Mirrored = out[i].Mirror && len(allowed) >= disjoint
	}
	return out, nil
}

// usable reports whether an entry of the list can be made of a party's own
// description: the schema demands these.
func usable(p *ward.IssuingParty) bool {
	role := p.Role == "csaf_publisher" || p.Role == "csaf_provider" || p.Role == "csaf_trusted_provider"
	return role && p.Name != "" && p.Category != "" && strings.Contains(p.Namespace, "://") &&
		strings.HasSuffix(p.URL, "/provider-metadata.json") && (p.List || p.Mirror)
}

// folderOf makes a folder's name of the publisher's (section 7.1.23); a second
// one of the same name gets a mark of its source.
func folderOf(p ward.IssuingParty, names map[string]bool) string {
	name := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(p.Name)), "-")
	for strings.Contains(name, "--") {
		name = strings.ReplaceAll(name, "--", "-")
	}
	if len(name) > 60 {
		name = strings.TrimRight(name[:60], "-")
	}
	if name == "" || names[name] || name == "aggregator" {
		sum := sha256.Sum256([]byte(p.Source))
		name = strings.Trim(name+"-"+hex.EncodeToString(sum[:4]), "-")
	}
	names[name] = true
	return name
}

// mirrored are the sources whose documents are passed on.
func (s *Service) mirrored(ctx context.Context) (map[string]bool, error) {
	list, err := s.mirrors(ctx)
	out := map[string]bool{}
	for _, m := range list {
		if m.Mirrored {
			out[m.Source] = true
		}
	}
	return out, err
}

// Category is what the house is for other publishers (sections 7.2.4 and 7.2.5).
type Category string

// Categories.
const (
	NoList     Category = ""           // fewer than two issuing parties: no list is published
	Lister     Category = "lister"     // names them
	Aggregator Category = "aggregator" // and serves copies of two at least
)

// aggregate puts the list together; NoList where it would not be one.
func (s *Service) aggregate(list []Mirror, own rolie.Metadata, changed time.Time) (rolie.List, Category) {
	out := rolie.List{Version: "2.0", CanonicalURL: s.aggregatorURL() + "/aggregator.json", LastUpdated: changed.UTC()}
	out.Providers = append(out.Providers, rolie.Listing{Metadata: rolie.ListedParty{LastUpdated: own.LastUpdated, Publisher: own.Publisher,
		Role: own.Role, URL: own.CanonicalURL}})
	category, parties := Lister, map[string]bool{s.namespace: true}
	for _, m := range list {
		entry := rolie.Listing{Metadata: rolie.ListedParty{LastUpdated: orEarliest(m.Updated), Publisher: issuerOf(m.IssuingParty), Role: m.Role, URL: m.URL}}
		if m.Mirrored {
			category = Aggregator
			entry.Mirrors = []string{s.aggregatorURL() + "/" + m.Folder + "/provider-metadata.json"}
		}
		switch {
		case m.Role == "csaf_publisher" && m.Mirrored: // a publisher is listed with a mirror only
			entry.UpdateInterval = interval(m.Every)
			out.Publishers = append(out.Publishers, entry)
		case m.Role != "csaf_publisher" && (m.List || m.Mirrored):
			out.Providers = append(out.Providers, entry)
		default:
			continue
		}
		parties[fold(m.Namespace)] = true
	}
	if len(parties) < disjoint {
		return out, NoList
	}
	out.Aggregator = rolie.Issuer{Category: string(category), Name: s.cfg.Publisher.Name, Namespace: s.cfg.Publisher.Namespace,
		Contact: s.cfg.Publisher.Contact, Authority: s.cfg.Publisher.Authority}
	return out, category
}

func issuerOf(p ward.IssuingParty) rolie.Issuer {
	return rolie.Issuer{Category: p.Category, Name: p.Name, Namespace: p.Namespace, Contact: p.Contact, Authority: p.Authority}
}

// orEarliest stands in for a date that a publisher does not give: the schema wants one.
func orEarliest(t time.Time) time.Time {
	if t.IsZero() {
		return time.Unix(0, 0).UTC()
	}
	return t.UTC()
}

// interval is how often a source is asked, in the words of the schema's examples.
func interval(every time.Duration) string {
	switch {
	case every >= 24*time.Hour:
		return "every " + strconv.Itoa(int(every/(24*time.Hour))) + " days"
	case every >= time.Hour:
		return "every " + strconv.Itoa(int(every/time.Hour)) + " hours"
	}
	return "every " + strconv.Itoa(int(every/time.Minute)) + " minutes"
}
