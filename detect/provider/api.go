package provider

import (
	"context"
	"time"

	"ward"
	"ward/kit/web"
)

func (s *Service) operations() []web.Operation {
	return []web.Operation{
		web.Op("GET", "/api/v1/publishing", "publish.read", "What the house publishes, holds back, mirrors and signs with", s.apiOverview),
		web.Op("POST", "/api/v1/publishing/keys", "publish.write", "Make a new signing key; a compromised one is struck off and its signatures made anew", s.apiRenew),
	}
}

// keyWire is a signing key without its private part.
type keyWire struct {
	Fingerprint string     `json:"fingerprint"`
	State       string     `json:"state" enum:"signing,retired,revoked"`
	Made        time.Time  `json:"made_at"`
	Ended       *time.Time `json:"ended_at,omitempty"`
}

func wireKey(k Key) keyWire {
	w := keyWire{Fingerprint: k.Fingerprint, State: string(k.State), Made: k.Made}
	if !k.Ended.IsZero() {
		w.Ended = &k.Ended
	}
	return w
}

// folderWire is one feed of the house.
type folderWire struct {
	TLP     string    `json:"tlp"`
	Entries int       `json:"entries"`
	Changed time.Time `json:"changed_at"`
}

// fileWire is a document that is published, or held back and why.
type fileWire struct {
	Advisory string    `json:"advisory"`
	Tracking string    `json:"tracking_id"`
	Title    string    `json:"title"`
	Version  string    `json:"version"`
	TLP      string    `json:"tlp"`
	Mirror   string    `json:"mirror_of,omitempty" doc:"id of the source that it is a copy of"`
	Path     string    `json:"path,omitempty"`
	Changed  time.Time `json:"changed_at"`
	Why      string    `json:"held_because,omitempty" enum:"draft,invalid,edition,marking,name,dates"`
	Detail   string    `json:"detail,omitempty"`
}

func wireFiles(list []Document) []fileWire {
	out := make([]fileWire, len(list))
	for i := range list {
		d := &list[i]
		out[i] = fileWire{Advisory: string(d.Advisory), Tracking: d.Tracking, Title: d.Title, Version: d.Version, TLP: d.TLP.String(),
			Mirror: d.Shelf, Path: d.Path(), Changed: d.Changed, Why: string(d.Why), Detail: d.Detail}
	}
	return out
}

// mirrorWire is a publisher behind our sources.
type mirrorWire struct {
	Source   string `json:"source"`
	Name     string `json:"name"`
	URL      string `json:"provider_metadata"`
	Folder   string `json:"folder"`
	Mirrored bool   `json:"mirrored"`
	Copies   int    `json:"copies"`
}

type publishingOut struct {
	Configured bool         `json:"configured"`
	Name       string       `json:"name,omitempty"`
	Namespace  string       `json:"namespace,omitempty"`
	Metadata   string       `json:"provider_metadata"`
	Aggregator string       `json:"aggregator"`
	Security   string       `json:"security_txt,omitempty"`
	Category   string       `json:"aggregator_category,omitempty" enum:"lister,aggregator"`
	Feeds      []folderWire `json:"feeds"`
	Keys       []keyWire    `json:"keys"`
	Latest     []fileWire   `json:"latest"`
	Held       []fileWire   `json:"held_back"`
	Mirrors    []mirrorWire `json:"mirrors"`
}

func (s *Service) apiOverview(ctx context.Context, a ward.Actor, _ *struct{}) (*publishingOut, error) {
	o, err := s.Overview(ctx, a)
	if err != nil {
		return nil, err
	}
	out := &publishingOut{Configured: o.Configured, Name: o.Publisher.Name, Namespace: o.Publisher.Namespace, Metadata: o.Metadata,
		Aggregator: o.List, Security: o.Security, Category: string(o.Category), Feeds: []folderWire{}, Keys: []keyWire{},
		Latest: wireFiles(o.Latest), Held: wireFiles(o.Held), Mirrors: []mirrorWire{}}
	for _, f := range o.Folders {
		out.Feeds = append(out.Feeds, folderWire{TLP: f.TLP.String(), Entries: f.Entries, Changed: f.Changed})
	}
	for _, k := range o.Keys {
		out.Keys = append(out.Keys, wireKey(k))
	}
	for _, m := range o.Mirrors {
		out.Mirrors = append(out.Mirrors, mirrorWire{Source: m.Source, Name: m.Name, URL: m.URL, Folder: m.Folder, Mirrored: m.Mirrored, Copies: o.Copies[m.Source]})
	}
	return out, nil
}

type renewIn struct {
	Body struct {
		Compromised bool `json:"compromised,omitempty" doc:"the private key may be in other hands"`
	}
}

func (s *Service) apiRenew(ctx context.Context, a ward.Actor, in *renewIn) (*keyWire, error) {
	k, err := s.Renew(ctx, a, in.Body.Compromised)
	w := wireKey(k)
	return &w, err
}
