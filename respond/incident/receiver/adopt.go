package receiver

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ward"
	"ward/format/rule"
	"ward/kit/audit"
	"ward/kit/db"
	"ward/kit/mail"
)

// File is a key that an older release read from a file at each start.
type File struct {
	Name     string
	Receiver string // "HR/csirt"
	Key      []byte
}

// Adopt takes over keys of files, all or none. The operator compared their fingerprints
// then, so they are used at once; a receiver that has a used key here keeps it. One that
// has expired is taken over as well: without it mail would leave readable. Fails for
// what is no key and for a receiver that nobody is. For the house alone.
func (s *Service) Adopt(ctx context.Context, a ward.Actor, files []File) (adopted []string, err error) {
	if !a.System {
		return nil, ward.Wrap("adopt keys", ward.Fail(ward.Forbidden, "error.forbidden"))
	}
	keys := map[string]Key{}
	for _, f := range files {
		if keys[f.Receiver], err = s.read(f); err != nil {
			return nil, ward.Wrap("adopt keys", fmt.Errorf("%s: %w", f.Name, err))
		}
	}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "receiver keys of files"); err != nil { // replicas start at once
			return err
		}
		adopted = nil
		for _, receiver := range slices.Sorted(maps.Keys(keys)) {
			k := keys[receiver]
			used, err := usedKey(ctx, tx, receiver)
			if err != nil {
				return err
			}
			if used != nil {
				continue
			}
			o := object(countryOf(receiver), receiver)
			if err := insertKey(ctx, tx, o.Country, k); err != nil {
				return err
			}
			if err := s.note(ctx, tx, a, permWrite, "house-works", o, "adopted", k.Fingerprint); err != nil {
				return err
			}
			adopted = append(adopted, receiver)
		}
		return nil
	})
	return adopted, ward.Wrap("adopt keys", err)
}

// read makes of a file a key in use.
func (s *Service) read(f File) (k Key, err error) {
	pack, ok := s.book.Country(countryOf(f.Receiver))
	if _, id, _ := strings.Cut(f.Receiver, "/"); !ok || !slices.ContainsFunc(pack.Authority, func(x rule.Authority) bool { return x.ID == id }) {
		return k, errors.New("no authority has this name")
	}
	now := s.cfg.Clock()
	k = Key{ID: s.cfg.IDs(), Receiver: f.Receiver, State: Used, Bytes: f.Key, Put: now, PutBy: audit.System, PutName: f.Name}
	read, err := mail.ReadKey(f.Key, now)
	if errors.Is(err, mail.ErrKeyExpired) {
		k.Expires = now // or before
		k.Fingerprint, err = mail.Fingerprint(f.Key)
		return k, err
	}
	if err != nil {
		return k, err
	}
	k.Fingerprint, k.Addresses, k.Expires = read.Fingerprint, read.Addresses, read.Expires
	k.Bytes, err = read.Bytes()
	return k, err
}

func countryOf(receiver string) ward.Country {
	c, _, _ := strings.Cut(receiver, "/")
	return ward.Country(c)
}
