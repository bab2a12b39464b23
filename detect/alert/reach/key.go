package reach

import (
	"context"
	"errors"

	"ward"
	"ward/kit/mail"
)

// SetKey makes mail to a encrypted to an OpenPGP public key, armoured or not.
func (s *Service) SetKey(ctx context.Context, a ward.Actor, data []byte) error {
	k, err := mail.ReadKey(data, s.cfg.Clock())
	return ward.Wrap("set key", s.keepKey(ctx, a, "key", k, keyFault(err)))
}

// FetchKey looks for a's key where his mail provider publishes it (Web Key
// Directory). Only a key that names his address is taken. NotFound if there is none.
func (s *Service) FetchKey(ctx context.Context, a ward.Actor) error {
	if _, err := s.cfg.Guard.Check(a, permSelf, self(a)); err != nil {
		return err
	}
	people, err := s.cfg.Registry.Persons(ctx, []ward.PersonID{a.Person})
	if err != nil {
		return ward.Wrap("fetch key", err)
	}
	address := people[a.Person].Email
	k, err := s.published(ctx, address)
	return ward.Wrap("fetch key", s.keepKey(ctx, a, "key_fetched", k, err))
}

// DropKey forgets the key: mail above its clearance is a link from then on.
func (s *Service) DropKey(ctx context.Context, a ward.Actor) error {
	return ward.Wrap("drop key", s.keepKey(ctx, a, "key_dropped", mail.PublicKey{}, nil))
}

func (s *Service) keepKey(ctx context.Context, a ward.Actor, act string, k mail.PublicKey, wrong error) error {
	var raw []byte
	if wrong == nil && k.Fingerprint != "" {
		raw, wrong = k.Bytes()
	}
	return s.changeWishes(ctx, a, act, wrong, func(w Wishes) Wishes {
		w.Key, w.Print, w.Expires = raw, k.Fingerprint, k.Expires
		return w
	})
}

// keyFault says to a person what is wrong with a key.
func keyFault(err error) error {
	for _, f := range []struct {
		is   error
		text string
	}{{mail.ErrPrivateKey, "alert.error.key_private"}, {mail.ErrKeyExpired, "alert.error.key_expired"}, {mail.ErrKeyCannot, "alert.error.key_cannot"},
		{mail.ErrKeyTooLarge, "alert.error.key_large"}} {
		if errors.Is(err, f.is) {
			return ward.Fail(ward.Invalid, f.text).Because(err).At("key")
		}
	}
	if err != nil {
		return ward.Fail(ward.Invalid, "alert.error.key_none").Because(err).At("key")
	}
	return nil
}
