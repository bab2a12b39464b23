package ransom

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"embed"
	"errors"

	"ward"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/module"
	"ward/kit/seal"
)

//go:embed migrations text
var files embed.FS

// Incidents says whose an incident is; NotFound for one that its hospital does
// not know as its own.
type Incidents interface {
	Told(ctx context.Context, id string) (ward.IncidentHead, error)
}

// Registry lists who works in an organisation.
type Registry interface {
	Staff(ctx context.Context, org ward.OrgID) ([]ward.Seat, error)
}

// Config of New. All fields are needed.
type Config struct {
	DB        *db.DB
	Clock     clock.Clock
	Guard     *auth.Guard
	Audit     *audit.Log
	Bus       *event.Bus
	Incidents Incidents
	Registry  Registry
	Key       []byte // 32 bytes; the key of this room is derived from it
}

// Rights of this service.
const (
	permRead    ward.Permission = "ransom.read"    // a record whose circle one is in
	permWrite   ward.Permission = "ransom.write"   // and to answer in it and give it on
	permCircle  ward.Permission = "ransom.circle"  // to name who is in the circle
	permReceive ward.Permission = "ransom.receive" // what a hospital gave to its country's team
	permCount   ward.Permission = "ransom.count"   // counts alone
)

// Service keeps records. Safe for concurrent use.
type Service struct {
	cfg    Config
	box    seal.Box
	limits []Limit
}

// New checks cfg.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Clock == nil || cfg.Guard == nil || cfg.Audit == nil || cfg.Bus == nil || cfg.Incidents == nil || cfg.Registry == nil || len(cfg.Key) != seal.KeyBytes {
		return nil, errors.New("ransom: a needed part is missing")
	}
	// A key of its own: what opens the other rooms' secrets does not open these.
	h := hmac.New(sha256.New, cfg.Key)
	h.Write([]byte("ransom record"))
	box, err := seal.New(h.Sum(nil))
	if err != nil {
		return nil, ward.Wrap("ransom", err)
	}
	limits, err := Limits(limitData)
	return &Service{cfg, box, limits}, ward.Wrap("ransom", err)
}

// Parts hands the service over, all but its pages.
func (s *Service) Parts() module.Parts {
	return module.Parts{Name: "ransom", Migrations: files, Texts: files, API: s.operations()}
}

// MayName is for the link of pages to the naming.
func (s *Service) MayName(a ward.Actor) bool { return s.cfg.Guard.May(a, permCircle) }

// Link is where the page of an incident leads a to its record: to the record for
// its circle, to what was given for the country's team, to the naming for a
// manager; empty for everybody else.
func (s *Service) Link(ctx context.Context, a ward.Actor, incident string) (string, error) {
	var r Record
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		r, err = recordByID(ctx, tx, incident)
		return err
	})
	if ward.CodeOf(err) == ward.NotFound {
		r, err = Record{Incident: incident, Org: a.Org, Country: a.Country}, nil
	}
	if err != nil {
		return "", ward.Wrap("link to ransom record", err)
	}
	for _, x := range []struct {
		p    ward.Permission
		path string
	}{{permRead, "/ransom/" + incident}, {permReceive, "/incident-queue/" + incident + "/ransom"}, {permCircle, "/ransom/" + incident + "/circle"}} {
		if s.cfg.Guard.Decide(a, x.p, r.Object()).Allowed {
			return x.path, nil
		}
	}
	return "", nil
}
