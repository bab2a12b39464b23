package ransomware

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"time"

	"ward"
	"ward/format/ransom"
	"ward/kit/db"
)

// Catalogue is a compiled catalogue as it lies in the database, for all replicas.
type Catalogue struct {
	Version  int64
	Used     bool // else it waits for a person to look at it
	Families int
	Notes    int
	SHA256   string
	PutName  string
	Put      time.Time
	UsedName string
	UsedAt   time.Time
}

// Preview is a catalogue that waits, held against the one in use.
type Preview struct {
	Catalogue
	New, Gone []string // families, at most previewMost of each
	NewCount  int
	GoneCount int
}

// previewMost is how many families a preview names.
const previewMost = 40

// MaxUpload bounds an upload in bytes.
const MaxUpload = ransom.CatalogueLimit

// lookEvery is how long a replica goes without looking whether another one was given
// a new catalogue; lookMost is how long the look may keep a reader waiting.
const (
	lookEvery = 15 * time.Second
	lookMost  = 2 * time.Second
)

// edition is the catalogue in use. Of many readers at once one looks whether the
// database has a newer one; when that fails the one before stays.
func (s *Service) edition() *edition {
	e, last, now := s.current.Load(), s.looked.Load(), s.cfg.Clock().UnixNano()
	if now-last < int64(lookEvery) && now >= last || !s.looked.CompareAndSwap(last, now) {
		return e
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookMost)
	defer cancel()
	if err := s.refresh(ctx); err != nil {
		s.cfg.Log.Warn("the catalogue of families was not looked for", "error", err)
	}
	return s.current.Load()
}

// refresh takes the database's catalogue when it is another one than that in use.
func (s *Service) refresh(ctx context.Context) error {
	var compiled []byte
	var version int64
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if version, err = usedVersion(ctx, tx); err != nil || version == s.current.Load().version {
			return err
		}
		compiled, err = compiledOf(ctx, tx, version)
		return err
	})
	if err != nil || compiled == nil {
		return err
	}
	m, err := ransom.Decode(compiled)
	if err != nil {
		return err
	}
	return s.use(m, version)
}

// Put takes a catalogue in, that somebody looks at before it is used: what "ward
// ransomware import" wrote, the ransomware cluster of a MISP galaxy, or families in
// our own form. One that waited before is replaced. Invalid at "file". Needs
// ransomware.curate.
func (s *Service) Put(ctx context.Context, a ward.Actor, r io.Reader) (Preview, error) {
	p, err := s.put(ctx, a, r)
	return p, ward.Wrap("put catalogue", err)
}

func (s *Service) put(ctx context.Context, a ward.Actor, r io.Reader) (Preview, error) {
	dec, err := s.cfg.Guard.Check(a, permCurate, catalogueObject)
	if err != nil {
		return Preview{}, err
	}
	data, err := io.ReadAll(io.LimitReader(r, MaxUpload+1))
	if err != nil {
		return Preview{}, err
	}
	m, err := learn(data)
	if err != nil {
		return Preview{}, ward.Fail(ward.Invalid, "ransomware.error.catalogue", "why", err.Error()).At("file")
	}
	ownDecryptors(m)
	compiled, err := m.Encode()
	if err != nil {
		return Preview{}, err
	}
	sum := sha256.Sum256(compiled)
	c := Catalogue{Families: len(m.Families), Notes: m.Notes(), SHA256: hex.EncodeToString(sum[:]), PutName: a.Name, Put: s.cfg.Clock()}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if c.Version, err = insertCatalogue(ctx, tx, c, compiled); err != nil {
			return err
		}
		return s.record(ctx, tx, a, permCurate, dec.Policy, catalogueObject, "put catalogue")
	})
	return s.compared(c, m), err
}

// catalogueObject is what policies decide about.
var catalogueObject = ward.Object{Kind: "ransomware catalogue"}

// learn makes a model of an upload.
func learn(data []byte) (*ransom.Model, error) {
	if ransom.IsCompiled(data) {
		return ransom.Decode(data)
	}
	var c ransom.Collector
	if _, err := c.Add("upload/catalogue.json", data); err != nil {
		return nil, err
	}
	if families, _ := c.Counts(); families == 0 {
		return nil, errors.New("no families")
	}
	return c.Compile()
}

// ownDecryptors leaves in a catalogue those decryptors alone that are built in: what
// else is offered to everybody needs two persons (Propose, Release), and a catalogue
// is put into use by one.
func ownDecryptors(m *ransom.Model) {
	own := map[ransom.Decryptor]bool{}
	for _, f := range ransom.Embedded() {
		for _, d := range f.Decryptors {
			own[d] = true
		}
	}
	for i := range m.Families {
		m.Families[i].Decryptors = slices.DeleteFunc(slices.Clone(m.Families[i].Decryptors), func(d ransom.Decryptor) bool { return !own[d] })
	}
}

// compared holds a catalogue against the one in use.
func (s *Service) compared(c Catalogue, m *ransom.Model) Preview {
	p := Preview{Catalogue: c}
	now := s.current.Load().model
	p.New, p.NewCount = without(m, now)
	p.Gone, p.GoneCount = without(now, m)
	return p
}

// without names the families of a that b does not know by any of their names.
func without(a, b *ransom.Model) (names []string, n int) {
	known := map[string]bool{}
	for _, f := range b.Families {
		for _, name := range append([]string{f.Name}, f.Aliases...) {
			known[ransom.Key(name)] = true
		}
	}
	for _, f := range a.Families {
		if slices.ContainsFunc(append([]string{f.Name}, f.Aliases...), func(name string) bool { return known[ransom.Key(name)] }) {
			continue
		}
		if n++; n <= previewMost {
			names = append(names, f.Name)
		}
	}
	return names, n
}

// Catalogues gives the catalogue of the database that is used, and the one that waits;
// nil where there is none. Needs ransomware.curate.
func (s *Service) Catalogues(ctx context.Context, a ward.Actor) (used *Catalogue, waiting *Preview, err error) {
	if _, err := s.cfg.Guard.Check(a, permCurate, catalogueObject); err != nil {
		return nil, nil, ward.Wrap("show catalogues", err)
	}
	var list []Catalogue
	var compiled []byte
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		if list, err = catalogues(ctx, tx); err != nil {
			return err
		}
		for _, c := range list {
			if !c.Used {
				compiled, err = compiledOf(ctx, tx, c.Version)
			}
		}
		return err
	})
	if err != nil {
		return nil, nil, ward.Wrap("show catalogues", err)
	}
	for i, c := range list {
		if c.Used {
			used = &list[i]
			continue
		}
		m, err := ransom.Decode(compiled)
		if err != nil {
			return nil, nil, ward.Wrap("show catalogues", err)
		}
		p := s.compared(c, m)
		waiting = &p
	}
	return used, waiting, nil
}

// Take puts the catalogue that waits into use, which the caller names by its SHA-256; other replicas follow within
// lookEvery of being asked. Conflict when another one waits by now. Needs
// ransomware.curate.
func (s *Service) Take(ctx context.Context, a ward.Actor, sum string) error {
	err := s.decide(ctx, a, "use catalogue", func(tx *db.Tx) error { return one(takeCatalogue(ctx, tx, sum, a.Name, s.cfg.Clock())) })
	if err == nil {
		err = s.refresh(ctx)
	}
	return ward.Wrap("use catalogue", err)
}

// Discard throws the catalogue that waits away. Needs ransomware.curate.
func (s *Service) Discard(ctx context.Context, a ward.Actor, sum string) error {
	return ward.Wrap("discard catalogue", s.decide(ctx, a, "discard catalogue", func(tx *db.Tx) error { return one(discardCatalogue(ctx, tx, sum)) }))
}

func (s *Service) decide(ctx context.Context, a ward.Actor, act string, change func(*db.Tx) error) error {
	dec, err := s.cfg.Guard.Check(a, permCurate, catalogueObject)
	if err != nil {
		return err
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := change(tx); err != nil {
			return err
		}
		return s.record(ctx, tx, a, permCurate, dec.Policy, catalogueObject, act)
	})
}
