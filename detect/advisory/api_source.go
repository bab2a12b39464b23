package advisory

import (
	"context"
	"time"

	"ward"
	"ward/detect/advisory/harvest"
	"ward/kit/web"
)

// sourceOperations are the routes on catalogues and sources.
func (s *Service) sourceOperations() []web.Operation {
	return []web.Operation{
		web.Stream("POST", "/api/v1/catalogues/{kind}", "source.write", "Read a catalogue: kev-cisa, kev-eu, epss or cve5; query: name, force", "application/json", maxUpload, s.apiEnrich).Takes("name", "force"),
		web.Op("GET", "/api/v1/sources", "source.read", "List sources with their state and counts", s.apiSources),
		web.Op("POST", "/api/v1/sources", "source.write", "Add a source; it is fetched at once", s.apiAddSource),
		web.Op("GET", "/api/v1/sources/{id}", "source.read", "Show a source with its faults and keys", s.apiSource),
		web.Do("POST", "/api/v1/sources/{id}/fetch", "source.write", "Fetch a source now, given-up documents among it", s.apiFetch),
		web.Do("PUT", "/api/v1/sources/{id}/paused", "source.write", "Pause a source or let it go on", s.apiPause),
		web.Do("PUT", "/api/v1/sources/{id}/keys/{fingerprint}", "source.write", "Trust a key that came later, or take trust back", s.apiTrust),
	}
}

// sourceWire is a source with its state; times that have not come are left out.
type sourceWire struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	Name      string     `json:"name"`
	URL       string     `json:"url"`
	Unmarked  string     `json:"unmarked" doc:"TLP of documents that have none"`
	Every     int        `json:"every_seconds"`
	Paused    bool       `json:"paused"`
	Role      string     `json:"role,omitempty"`
	Metadata  string     `json:"metadata_url,omitempty"`
	Problem   string     `json:"problem,omitempty"`
	Checked   *time.Time `json:"checked_at,omitempty"`
	Succeeded *time.Time `json:"succeeded_at,omitempty"`
	Next      *time.Time `json:"next_at,omitempty"`
	Pending   int        `json:"pending"`
	Done      int        `json:"done"`
	Refused   int        `json:"refused"`
	Faults    int        `json:"open_faults"`
}

func wireSource(s harvest.Source) sourceWire {
	return sourceWire{ID: s.ID, Kind: string(s.Kind), Name: s.Name, URL: s.URL, Unmarked: s.Unmarked.String(),
		Every: int(s.Every / time.Second), Paused: s.Paused, Role: s.Role, Metadata: s.Metadata, Problem: s.Problem,
		Checked: web.Moment(s.Checked), Succeeded: web.Moment(s.Succeeded), Next: web.Moment(s.Next),
		Pending: s.Pending, Done: s.Done, Refused: s.Refused, Faults: s.Faults}
}

type sourcesOut struct {
	Sources []sourceWire `json:"sources"`
}

func (s *Service) apiSources(ctx context.Context, a ward.Actor, _ *struct{}) (*sourcesOut, error) {
	list, err := s.sources.List(ctx, a)
	return &sourcesOut{Sources: web.Each(list, wireSource)}, err
}

// addSourceIn needs a kind and an address; the rest has defaults.
type addSourceIn struct {
	Body struct {
		Kind     string `json:"kind"`
		URL      string `json:"url" maxLength:"2000" doc:"host name or address"`
		Name     string `json:"name,omitempty" maxLength:"200"`
		Unmarked string `json:"unmarked,omitempty" doc:"TLP of documents that have none; empty means CLEAR"`
		Every    int    `json:"every_seconds,omitempty" doc:"0 means the kind's own"`
	}
}

func (s *Service) apiAddSource(ctx context.Context, a ward.Actor, in *addSourceIn) (*sourceWire, error) {
	src := harvest.Source{Kind: harvest.Kind(in.Body.Kind), URL: in.Body.URL, Name: in.Body.Name, Unmarked: ward.TLPClear,
		Every: time.Duration(in.Body.Every) * time.Second}
	if in.Body.Unmarked != "" {
		t, ok := ward.ParseTLP(in.Body.Unmarked)
		if !ok {
			return nil, ward.Fail(ward.Invalid, "advisory.source.error.tlp").At("unmarked")
		}
		src.Unmarked = t
	}
	added, err := s.sources.Add(ctx, a, src)
	w := wireSource(added)
	return &w, err
}

type sourceIn struct {
	ID string `path:"id"`
}

// faultWire is why one document, listing or key could not be used. detail is
// evidence in English, one problem a line.
type faultWire struct {
	Subject  string     `json:"subject"`
	Kind     string     `json:"kind"`
	Place    string     `json:"place,omitempty"`
	Detail   string     `json:"detail,omitempty"`
	Tries    int        `json:"tries"`
	First    time.Time  `json:"first_at"`
	Last     time.Time  `json:"last_at"`
	Resolved *time.Time `json:"resolved_at,omitempty"`
}

// keyWire is a published OpenPGP key; it counts only when it is trusted.
type keyWire struct {
	Fingerprint string    `json:"fingerprint"`
	Trusted     bool      `json:"trusted"`
	Seen        time.Time `json:"seen_at"`
}

// sourceOut is a source with its last 200 faults, open ones first.
type sourceOut struct {
	Source sourceWire  `json:"source"`
	Faults []faultWire `json:"faults"`
	Keys   []keyWire   `json:"keys"`
}

func (s *Service) apiSource(ctx context.Context, a ward.Actor, in *sourceIn) (*sourceOut, error) {
	v, err := s.sources.ByID(ctx, a, in.ID)
	if err != nil {
		return nil, err
	}
	return &sourceOut{Source: wireSource(v.Source), Faults: web.Each(v.Faults, func(f harvest.Fault) faultWire {
		return faultWire{Subject: f.Subject, Kind: f.Kind, Place: f.Place, Detail: f.Detail, Tries: f.Tries, First: f.First,
			Last: f.Last, Resolved: web.Moment(f.Resolved)}
	}),

		Keys: web.Each(v.Keys, func(k harvest.Key) keyWire { return keyWire(k) })}, nil
}

func (s *Service) apiFetch(ctx context.Context, a ward.Actor, in *sourceIn) error {
	return s.sources.FetchNow(ctx, a, in.ID)
}

// pauseIn sets the state rather than toggling it, so that a repeat does no harm.
type pauseIn struct {
	ID   string `path:"id"`
	Body struct {
		Paused bool `json:"paused"`
	}
}

func (s *Service) apiPause(ctx context.Context, a ward.Actor, in *pauseIn) error {
	return s.sources.Pause(ctx, a, in.ID, in.Body.Paused)
}

// trustIn names the key by its fingerprint in hexadecimal.
type trustIn struct {
	ID          string `path:"id"`
	Fingerprint string `path:"fingerprint"`
	Body        struct {
		Trusted bool `json:"trusted"`
	}
}

func (s *Service) apiTrust(ctx context.Context, a ward.Actor, in *trustIn) error {
	return s.sources.Trust(ctx, a, in.ID, in.Fingerprint, in.Body.Trusted)
}
