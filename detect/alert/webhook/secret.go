package webhook

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/job"
)

// Marks of a webhook's secret as it stands in its row. The house wrote them
// unsealed at first; rows that are still so are sealed by a job.
const (
	openMark   = "whsec_"  // Standard Webhooks 1.0: the secret as its owner has it
	sealedMark = "sealed:" // and base64 of what the box gave
)

func newSecret() string {
	key := make([]byte, 24)
	rand.Read(key) // never fails (crypto/rand)
	return openMark + base64.StdEncoding.EncodeToString(key)
}

// formerLife is how long calls are signed with the secret before as well: a
// receiver has that time to take the new one.
const formerLife = 24 * time.Hour

// formerMost secrets before the present one sign within that time: each makes the
// header of a call longer.
const formerMost = 4

// sealOwner binds a sealed secret to its webhook and keeps it apart from what
// other rooms seal with the same key.
func sealOwner(hook string) string { return "alert.webhook/" + hook }

// sealSecret is the secret of a webhook as its row keeps it.
func (s *Service) sealSecret(hook, secret string) string {
	return sealedMark + base64.StdEncoding.EncodeToString(s.cfg.Box.Seal(secret, sealOwner(hook)))
}

// secretOf gives the secret that a row keeps, sealed or not.
func (s *Service) secretOf(h Hook) (string, error) {
	text, sealed := strings.CutPrefix(h.Secret, sealedMark)
	if !sealed {
		return h.Secret, nil
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", ward.Wrap("secret of a webhook", err)
	}
	plain, err := s.cfg.Box.Open(raw, sealOwner(h.ID))
	return plain, ward.Wrap("secret of a webhook", err)
}

// sealing is the job that seals what an older version of the house left open.
type sealing struct{}

// Kind implements job.Args.
func (sealing) Kind() string { return "alert.seal" }

// sealBatch webhooks are sealed in one transaction.
const sealBatch = 500

// Seal seals the secrets of webhooks that are not, as the house does at its start.
func (s *Service) Seal(ctx context.Context) error {
	for {
		n := 0
		err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
			all, err := openSecrets(ctx, tx, sealBatch)
			if err != nil {
				return err
			}
			for _, h := range all {
				if err := setSecret(ctx, tx, h.ID, h.Secret, s.sealSecret(h.ID, h.Secret)); err != nil {
					return err
				}
			}
			n = len(all)
			return nil
		})
		if err != nil || n < sealBatch {
			return ward.Wrap("seal webhooks", err)
		}
	}
}

func (s *Service) onSealing(ctx context.Context, _ sealing) error { return s.Seal(ctx) }

// Jobs seal what an older house left open.
func (s *Service) Jobs() []job.Worker {
	return []job.Worker{job.Handle(job.Options{Queue: job.Slow}, s.onSealing)}
}

// Periodic is when: at the start, and each day.
func (s *Service) Periodic() []job.Periodic {
	return []job.Periodic{{Every: 24 * time.Hour, AtStart: true, Make: func() job.Args { return sealing{} }}}
}
