package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"ward"
	"ward/base/account/throttle"
	"ward/kit/db"
	"ward/kit/web"
)

// AskPasskey begins to sign in with a passkey. Without an address the
// authenticator says who somebody is; with one it is asked for that person's
// keys, and for an address that has none for a key that nobody has: the answer
// does not tell the two apart (WebAuthn Level 3, 14.6.2).
func (s *Service) AskPasskey(ctx context.Context, email, next string) (Ceremony, error) {
	c, err := s.askPasskey(ctx, foldEmail(email), nextPath(next))
	return c, ward.Wrap("ask for passkey", err)
}

func (s *Service) askPasskey(ctx context.Context, email, next string) (Ceremony, error) {
	if s.passkeys == nil {
		return Ceremony{}, noPasskeys()
	}
	// Alone, a passkey is both factors: the authenticator must know its owner.
	options := []webauthn.LoginOption{webauthn.WithUserVerification(protocol.VerificationRequired)}
	if email != "" {
		keys, err := s.keysOf(ctx, email)
		if err != nil {
			return Ceremony{}, err
		}
		options = append(options, webauthn.WithAllowedCredentials(keys))
	}
	asked, data, err := s.passkeys.BeginDiscoverableLogin(options...)
	if err != nil {
		return Ceremony{}, err
	}
	return s.begun(ceremony{Kind: ceremonyEnter, Next: next}, data, asked)
}

// keysOf are the keys of whoever has an address, without what tells makers apart.
func (s *Service) keysOf(ctx context.Context, email string) ([]protocol.CredentialDescriptor, error) {
	var ids [][]byte
	p, err := s.cfg.People.PersonByEmail(ctx, email)
	if err != nil && ward.CodeOf(err) != ward.NotFound {
		return nil, err
	}
	if err == nil {
		o, err := s.keyOwner(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		for _, k := range o.keys {
			ids = append(ids, k.record.ID)
		}
	}
	if len(ids) == 0 {
		h := hmac.New(sha256.New, s.cfg.Key) // the same at every look
		h.Write([]byte("passkey\x00" + email))
		ids = append(ids, h.Sum(nil))
	}
	out := make([]protocol.CredentialDescriptor, len(ids))
	for i, id := range ids {
		out[i] = protocol.CredentialDescriptor{Type: protocol.PublicKeyCredentialType, CredentialID: id}
	}
	return out, nil
}

// Step is what may answer a challenge.
type Step struct {
	Code bool // a code of the authenticator app
	Keys bool // one of the person's passkeys
}

// SecondSteps tells what may answer a challenge; NotFound when it is gone.
func (s *Service) SecondSteps(ctx context.Context, challenge string) (Step, error) {
	f, _, _, err := s.challenged(ctx, challenge)
	return Step{Code: f.TOTP, Keys: f.Passkeys > 0 && s.passkeys != nil}, ward.Wrap("second step", err)
}

// challenged gives whom a challenge asks, and for what.
func (s *Service) challenged(ctx context.Context, challenge string) (f factorsOn, p ward.PersonID, next string, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		if p, next, err = challengeOf(ctx, tx, secret(challenge).digest(), s.cfg.Clock()); err != nil {
			return err
		}
		f, err = factorsOf(ctx, tx, p)
		return err
	})
	return f, p, next, err
}

// AskSecondPasskey begins to answer a challenge with a passkey. The password was
// right: here a key that cannot know its owner will do.
func (s *Service) AskSecondPasskey(ctx context.Context, challenge string) (Ceremony, error) {
	c, err := s.askSecondPasskey(ctx, challenge)
	return c, ward.Wrap("ask for passkey", err)
}

func (s *Service) askSecondPasskey(ctx context.Context, challenge string) (Ceremony, error) {
	if s.passkeys == nil {
		return Ceremony{}, noPasskeys()
	}
	_, person, next, err := s.challenged(ctx, challenge)
	if err != nil {
		return Ceremony{}, err
	}
	o, err := s.keyOwner(ctx, person)
	if err != nil || len(o.keys) == 0 {
		return Ceremony{}, errFirst(err, missing())
	}
	asked, data, err := s.passkeys.BeginLogin(o, webauthn.WithUserVerification(protocol.VerificationPreferred))
	if err != nil {
		return Ceremony{}, err
	}
	return s.begun(ceremony{Kind: ceremonySecond, Person: person, Digest: secret(challenge).digest(), Next: next}, data, asked)
}

// EnterByPasskey signs in with the authenticator's answer, to either way of
// asking. Forbidden when it proves nothing, Invalid when the ceremony is too old.
func (s *Service) EnterByPasskey(ctx context.Context, text, answer string, c Client) (Entry, error) {
	e, err := s.enterByPasskey(ctx, text, answer, c)
	return e, ward.Wrap("enter by passkey", err)
}

func (s *Service) enterByPasskey(ctx context.Context, text, answer string, c Client) (Entry, error) {
	if s.passkeys == nil {
		return Entry{}, noPasskeys()
	}
	if err := checkAnswer(answer); err != nil {
		return Entry{}, err
	}
	var data webauthn.SessionData
	begun, err := s.unsealed(text, &data, ceremonyEnter, ceremonySecond)
	if err != nil {
		return Entry{}, err
	}
	gates := passwordGates("", web.Network(c.Address))[2:] // of the address alone: nothing names an account here
	if err := s.attempt(ctx, gates); err != nil {
		return Entry{}, err
	}
	k, record, err := s.asserted(ctx, begun, data, answer)
	if err != nil {
		return Entry{}, s.refused(ctx, ward.Actor{}, deed{"account.self", "sign_in", string(k.person), ""}, err)
	}
	f, err := s.factors(ctx, k.person)
	if err != nil {
		return Entry{}, err
	}
	return s.enter(ctx, k.person, f, c, begun.Next, true, func(tx *db.Tx) error {
		if err := begun.spend(ctx, tx); err != nil {
			return err
		}
		return errFirst(usedPasskey(ctx, tx, k.ID, record, s.cfg.Clock()), deleteChallenge(ctx, tx, begun.Digest), throttle.Forgive(ctx, tx, gates))
	})
}

// errCopied: the counter went back, so that two devices use one key (6.1.1).
var errCopied = errors.New("the signature counter went back")

// asserted checks the answer and gives the key with what is to be kept of its use.
func (s *Service) asserted(ctx context.Context, begun ceremony, data webauthn.SessionData, answer string) (Passkey, webauthn.Credential, error) {
	var none webauthn.Credential
	parsed, err := protocol.ParseCredentialRequestResponseBody(strings.NewReader(answer))
	if err != nil {
		return Passkey{}, none, badAnswer(err)
	}
	var k Passkey
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		k, err = passkeyByCredential(ctx, tx, parsed.RawID)
		return err
	})
	if ward.CodeOf(err) == ward.NotFound {
		return Passkey{}, none, badAnswer(err)
	}
	if err != nil {
		return Passkey{}, none, err
	}
	o, err := s.keyOwner(ctx, k.person)
	if err != nil {
		return k, none, err
	}
	record, err := s.validated(begun, data, o, parsed)
	switch {
	case err != nil:
		return k, none, badAnswer(err)
	case record.Authenticator.CloneWarning:
		return k, none, ward.Fail(ward.Forbidden, "account.error.passkey_copied").Because(errCopied)
	}
	return k, *record, nil
}

// validated asks the library, in the way that the ceremony was begun.
func (s *Service) validated(begun ceremony, data webauthn.SessionData, o keyOwner, parsed *protocol.ParsedCredentialAssertionData) (*webauthn.Credential, error) {
	if begun.Kind == ceremonySecond {
		return s.passkeys.ValidateLogin(o, data, parsed) // refuses another person's key
	}
	// A key that does not tell its user is known by its id, as it was asked for.
	if len(parsed.Response.UserHandle) == 0 {
		data.UserID = o.WebAuthnID()
		return s.passkeys.ValidateLogin(o, data, parsed)
	}
	return s.passkeys.ValidateDiscoverableLogin(func(_, handle []byte) (webauthn.User, error) {
		if string(handle) != string(o.ID) {
			return nil, errors.New("the key is of another person")
		}
		return o, nil
	}, data, parsed)
}
