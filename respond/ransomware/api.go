package ransomware

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"ward"
	"ward/format/ransom"
	"ward/kit/web"
)

// operations is the table of the service: what the pages can do, programs can.
func (s *Service) operations() []web.Operation {
	return []web.Operation{
		web.Op("GET", "/api/v1/ransomware/identify", web.Public, "Name the families that a note's file name, an extension or an address fit; nothing is kept", s.apiIdentify),
		web.Stream("GET", "/api/v1/ransomware/catalogue", web.Public, "The compiled catalogue and word lists with which a browser identifies without sending a file",
			"application/json", 0, s.apiCatalogue),
		web.Op("GET", "/api/v1/ransomware/families", web.Public, "List families by a part of a name, note name or extension, with the released decryptors", s.apiFamilies),
		web.Op("GET", "/api/v1/ransomware/catalogues", permCurate, "Show the catalogue in use and the one that waits, with what it would change", s.apiCatalogues),
		web.Stream("POST", "/api/v1/ransomware/catalogues", permCurate, "Upload a catalogue: written by ward ransomware import, a MISP galaxy's ransomware cluster, or families in Ward's form; it waits",
			"application/json", MaxUpload, s.apiPut),
		web.Do("POST", "/api/v1/ransomware/catalogues/use", permCurate, "Put the catalogue that waits into use, on all replicas", s.apiTake),
		web.Do("DELETE", "/api/v1/ransomware/catalogues/waiting", permCurate, "Throw the catalogue that waits away", s.apiDiscard),
		web.Op("GET", "/api/v1/ransomware/decryptors", permCurate, "List decryptors in every state", s.apiDecryptors),
		web.Op("POST", "/api/v1/ransomware/decryptors", permCurate, "Propose a decryptor", s.apiPropose),
		web.Do("POST", "/api/v1/ransomware/decryptors/{id}/release", permRelease, "Release a decryptor as a second person; who waits for it is told", s.apiRelease),
		web.Do("POST", "/api/v1/ransomware/decryptors/{id}/withdraw", permCurate, "Withdraw a decryptor with a reason", s.apiWithdraw),
		web.Op("GET", "/api/v1/ransomware/watches", permWatch, "List the families whose decryptors the own organisation waits for", s.apiWatches),
		web.Op("POST", "/api/v1/ransomware/watches", permWatch, "Be told when a decryptor for a family appears, however many years later", s.apiLeave),
		web.Do("DELETE", "/api/v1/ransomware/watches/{id}", permWatch, "Be told no longer", s.apiEnd),
	}
}

type identifyIn struct {
	Note      string `query:"note" maxLength:"200" doc:"name of the note's file"`
	Extension string `query:"extension" maxLength:"200" doc:"what was added to file names"`
	Address   string `query:"address" maxLength:"200" doc:"mail, onion, Tox or other address that the note shows"`
}

func (s *Service) apiIdentify(_ context.Context, _ ward.Actor, in *identifyIn) (*ransom.Result, error) {
	res := s.Identify(Answers{in.Note, in.Extension, in.Address})
	return &res, nil
}

// apiCatalogue lets a browser ask whether it still has the newest one.
func (s *Service) apiCatalogue(c *web.Call) error {
	data, tag := s.Script()
	h := c.W.Header()
	h.Set("Content-Type", "application/json")
	h.Set("ETag", `W/"`+tag+`"`) // weak: it leaves compressed too
	h.Set("Cache-Control", "public, max-age=3600")
	http.ServeContent(c.W, c.R, "", time.Time{}, bytes.NewReader(data)) // conditions as RFC 9110 section 13 has them
	return nil
}

type decryptorWire struct {
	ID         string     `json:"id"`
	Family     string     `json:"family"`
	Maker      string     `json:"maker"`
	Conditions string     `json:"conditions,omitempty"`
	Source     string     `json:"source"`
	SHA256     string     `json:"sha256,omitempty"`
	Signature  Signature  `json:"signature" doc:"unknown, none, seen, checked"`
	State      State      `json:"state" doc:"proposed, released, withdrawn"`
	Author     string     `json:"author,omitempty"`
	Releaser   string     `json:"releaser,omitempty"`
	Reason     string     `json:"reason,omitempty" doc:"of the withdrawal"`
	Proposed   time.Time  `json:"proposed"`
	Released   *time.Time `json:"released,omitempty"`
}

func wireDecryptor(d Decryptor) decryptorWire {
	w := decryptorWire{ID: d.ID, Family: d.Family, Maker: d.Maker, Conditions: d.Conditions, Source: d.Source, SHA256: d.SHA256, Signature: d.Signature,
		State: d.State, Author: d.AuthorName, Releaser: d.Releaser, Reason: d.Reason, Proposed: d.Proposed.UTC()}
	if !d.Released.IsZero() {
		t := d.Released.UTC()
		w.Released = &t
	}
	return w
}

type familiesIn struct {
	Words string `query:"q" maxLength:"200"`
	Skip  int    `query:"skip" minimum:"0" maximum:"20000"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type familiesOut struct {
	Families   []ransom.Family `json:"families"`
	Decryptors []decryptorWire `json:"decryptors" doc:"released, of these families"`
	More       bool            `json:"more"`
}

func (s *Service) apiFamilies(ctx context.Context, _ ward.Actor, in *familiesIn) (*familiesOut, error) {
	list, more := s.Families(in.Words, in.Skip, in.Limit)
	out := &familiesOut{Families: list, More: more, Decryptors: []decryptorWire{}}
	offered, err := s.Offered(ctx, "")
	for _, d := range offered {
		for _, f := range list {
			if ransom.Key(d.Family) == ransom.Key(f.Name) {
				d.AuthorName, d.Releaser = "", "" // visitors need no names of the Centre's people
				out.Decryptors = append(out.Decryptors, wireDecryptor(d))
			}
		}
	}
	return out, err
}

type decryptorsOut struct {
	Decryptors []decryptorWire `json:"decryptors"`
}

func (s *Service) apiDecryptors(ctx context.Context, a ward.Actor, _ *struct{}) (*decryptorsOut, error) {
	list, err := s.Decryptors(ctx, a)
	out := &decryptorsOut{Decryptors: []decryptorWire{}}
	for _, d := range list {
		out.Decryptors = append(out.Decryptors, wireDecryptor(d))
	}
	return out, err
}

type proposeIn struct {
	Body struct {
		Family     string    `json:"family"`
		Maker      string    `json:"maker"`
		Conditions string    `json:"conditions,omitempty"`
		Source     string    `json:"source" doc:"https address of the maker's page"`
		SHA256     string    `json:"sha256,omitempty" doc:"of the tool"`
		Signature  Signature `json:"signature" doc:"unknown, none, seen, checked"`
	}
}

type idOut struct {
	ID string `json:"id"`
}

func (s *Service) apiPropose(ctx context.Context, a ward.Actor, in *proposeIn) (*idOut, error) {
	b := in.Body
	id, err := s.Propose(ctx, a, Draft{b.Family, b.Maker, b.Conditions, b.Source, b.SHA256, b.Signature})
	return &idOut{id}, err
}

type idIn struct {
	ID string `path:"id"`
}

func (s *Service) apiRelease(ctx context.Context, a ward.Actor, in *idIn) error {
	return s.Release(ctx, a, in.ID)
}

type withdrawIn struct {
	ID   string `path:"id"`
	Body struct {
		Reason string `json:"reason"`
	}
}

func (s *Service) apiWithdraw(ctx context.Context, a ward.Actor, in *withdrawIn) error {
	return s.Withdraw(ctx, a, in.ID, in.Body.Reason)
}

type watchWire struct {
	ID        string    `json:"id"`
	Org       string    `json:"org"`
	Family    string    `json:"family"`
	Reference string    `json:"reference,omitempty" doc:"the organisation's own word for the case"`
	Person    string    `json:"person"`
	Created   time.Time `json:"created"`
	Told      int       `json:"told" doc:"decryptors that it was told of"`
}

type watchesOut struct {
	Watches []watchWire `json:"watches"`
}

func (s *Service) apiWatches(ctx context.Context, a ward.Actor, _ *struct{}) (*watchesOut, error) {
	list, err := s.Watches(ctx, a)
	out := &watchesOut{Watches: []watchWire{}}
	for _, w := range list {
		out.Watches = append(out.Watches, watchWire{w.ID, string(w.Org), w.Family, w.Reference, w.Person, w.Created.UTC(), w.Told})
	}
	return out, err
}

type leaveIn struct {
	Body struct {
		Family    string `json:"family"`
		Reference string `json:"reference,omitempty"`
	}
}

func (s *Service) apiLeave(ctx context.Context, a ward.Actor, in *leaveIn) (*idOut, error) {
	id, err := s.Leave(ctx, a, in.Body.Family, in.Body.Reference)
	return &idOut{id}, err
}

func (s *Service) apiEnd(ctx context.Context, a ward.Actor, in *idIn) error {
	return s.End(ctx, a, in.ID)
}
