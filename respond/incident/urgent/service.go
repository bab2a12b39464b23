package urgent

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"time"

	"ward"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/id"
	"ward/kit/web"
	"ward/respond/incident"
)

// permCard is to print and revoke the own hospital's cards.
const permCard ward.Permission = "incident.card"

// Config of New. All fields are needed.
type Config struct {
	DB      *db.DB
	Clock   clock.Clock
	IDs     id.Source
	Guard   *auth.Guard
	Audit   *audit.Log
	Reports *incident.Service
	// Desk is whom a reader in a country calls.
	Desk func(context.Context, ward.Country) (ward.Desk, error)
	// Client tells the address that a request comes from, behind known proxies.
	Client func(*http.Request) string
	URL    string // address of this site, for the printed card
	Key    []byte // 32 bytes: hashes codes and makes links
}

// Service keeps cards and takes in what is reported with them. Safe for
// concurrent use.
type Service struct{ cfg Config }

// New checks cfg.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Clock == nil || cfg.IDs == nil || cfg.Guard == nil || cfg.Audit == nil || cfg.Reports == nil || cfg.Desk == nil || cfg.Client == nil ||
		len(cfg.Key) != 32 {
		return nil, errors.New("urgent: a needed part is missing")
	}
	return &Service{cfg: cfg}, nil
}

// digest is what is stored of a secret: a hash under the key that lies outside of
// the database, so that a copy of the database alone tells nothing.
func (s *Service) digest(what, secret string) string {
	h := hmac.New(sha256.New, s.cfg.Key)
	h.Write([]byte("incident " + what + "\x00" + secret)) // apart from every other use of the key
	return hex.EncodeToString(h.Sum(nil))
}

// AddressOf tells where a request comes from, for its limits.
func (s *Service) AddressOf(r *http.Request) string { return s.cfg.Client(r) }

// NewForm is for the form of a report: the same form sent twice is one report.
func (s *Service) NewForm() string { return id.Secret(128) }

// Now is the time by which pages say how much is left.
func (s *Service) Now() time.Time { return s.cfg.Clock() }

// network is what attempts are counted under: addresses are not kept.
func (s *Service) network(address string) string {
	return s.digest("network", web.Network(address))
}
