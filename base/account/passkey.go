package account

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"ward"
	"ward/kit/db"
)

// Passkey is a credential of an authenticator (WebAuthn Level 3) as its owner
// sees it: a phone, a computer or a security key.
type Passkey struct {
	ID      string
	Name    string // in the person's words
	Synced  bool   // the maker of the device keeps a copy of it
	Created time.Time
	Used    time.Time // zero: never

	person ward.PersonID
	record webauthn.Credential
}

const (
	// maxPasskeys bounds how many a person keeps.
	maxPasskeys = 20
	// answerMax bounds what an authenticator says; attestations have a few kB.
	answerMax = 64 << 10
)

// Ceremony is what a browser asks its authenticator. Text is given back with the
// answer and counts once, for ten minutes.
type Ceremony struct {
	Text    string
	Options []byte // JSON of WebAuthn Level 3, 5.4 or 5.5, under "publicKey"
	Expires time.Time
}

// newPasskeys is nil where the site's address cannot have passkeys: they are
// bound to a name, and an IP address is none (WebAuthn Level 3, 5.1.2).
func newPasskeys(origin string) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || protocol.ValidateRPID(u.Hostname()) != nil {
		return nil, nil //nolint:nilnil // no passkeys is a state, not a fault
	}
	return webauthn.New(&webauthn.Config{RPID: u.Hostname(), RPDisplayName: totpIssuer, RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementPreferred,
			UserVerification: protocol.VerificationPreferred},
		// Programs that keep passwords add outputs that nobody asked for; we read none.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore})
}

// HasPasskeys reports whether this site can use passkeys at all.
func (s *Service) HasPasskeys() bool { return s.passkeys != nil }

func noPasskeys() error { return ward.Fail(ward.Conflict, "account.error.passkeys_off") }

// keyOwner is a person as the library asks for him. The handle that authenticators
// keep is our id: it says nothing of the person (14.6.1).
type keyOwner struct {
	ward.Person
	keys []Passkey
}

func (o keyOwner) WebAuthnID() []byte          { return []byte(o.ID) }
func (o keyOwner) WebAuthnName() string        { return o.Email }
func (o keyOwner) WebAuthnDisplayName() string { return o.Name }
func (o keyOwner) WebAuthnCredentials() []webauthn.Credential {
	out := make([]webauthn.Credential, len(o.keys))
	for i, k := range o.keys {
		out[i] = k.record
	}
	return out
}

// keyOwner reads a person with his passkeys.
func (s *Service) keyOwner(ctx context.Context, id ward.PersonID) (o keyOwner, err error) {
	if o.Person, err = s.cfg.People.Person(ctx, id); err != nil {
		return o, err
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		o.keys, err = passkeysOf(ctx, tx, id)
		return err
	})
	return o, err
}

// Passkeys lists a's, oldest first.
func (s *Service) Passkeys(ctx context.Context, a ward.Actor) ([]Passkey, error) {
	if _, err := s.self(a); err != nil {
		return nil, ward.Wrap("list passkeys", err)
	}
	o, err := s.keyOwner(ctx, a.Person)
	for i := range o.keys {
		o.keys[i].Synced = o.keys[i].record.Flags.BackupState
	}
	return o.keys, ward.Wrap("list passkeys", err)
}

// StartPasskey begins to add one. The password is asked for where there is one:
// whoever finds an open screen must not be able to come back tomorrow.
func (s *Service) StartPasskey(ctx context.Context, a ward.Actor, password string) (Ceremony, error) {
	if _, err := s.self(a); err != nil {
		return Ceremony{}, ward.Wrap("start passkey", err)
	}
	if s.passkeys == nil {
		return Ceremony{}, ward.Wrap("start passkey", noPasskeys())
	}
	if err := s.knows(ctx, a, password, "password"); err != nil {
		return Ceremony{}, ward.Wrap("start passkey", err)
	}
	o, err := s.keyOwner(ctx, a.Person)
	if err == nil && len(o.keys) >= maxPasskeys {
		err = ward.Fail(ward.Conflict, "account.error.passkeys")
	}
	if err != nil {
		return Ceremony{}, ward.Wrap("start passkey", err)
	}
	options, data, err := s.passkeys.BeginRegistration(o, webauthn.WithExclusions(webauthn.Credentials(o.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return Ceremony{}, ward.Wrap("start passkey", err)
	}
	c, err := s.begun(ceremony{Kind: ceremonyAdd, Person: a.Person, Session: a.Session}, data, options)
	return c, ward.Wrap("start passkey", err)
}

// begun gives the browser its two parts.
func (s *Service) begun(c ceremony, data, options any) (Ceremony, error) {
	text, expires, err := s.sealed(c, data)
	if err != nil {
		return Ceremony{}, err
	}
	raw, err := json.Marshal(options)
	return Ceremony{Text: text, Options: raw, Expires: expires}, err
}

// badAnswer is an answer that proves nothing; the cause goes to the log.
func badAnswer(err error) error {
	return ward.Fail(ward.Forbidden, "account.error.passkey").Because(err)
}

// AddPasskey takes the authenticator's answer. The session counts as signed in
// with a second factor from then on.
func (s *Service) AddPasskey(ctx context.Context, a ward.Actor, text, name, answer string) (Passkey, error) {
	if _, err := s.self(a); err != nil {
		return Passkey{}, ward.Wrap("add passkey", err)
	}
	k, c, err := s.registered(ctx, a, text, answer)
	if err != nil {
		return Passkey{}, ward.Wrap("add passkey", err)
	}
	if k.Name, err = passkeyName(name); err != nil {
		return Passkey{}, ward.Wrap("add passkey", err)
	}
	return k, ward.Wrap("add passkey", s.own(ctx, a, "passkey_added", k.ID, func(tx *db.Tx) error {
		if err := c.spend(ctx, tx); err != nil {
			return err
		}
		err := insertPasskey(ctx, tx, k)
		if db.Duplicate(err) {
			err = ward.Fail(ward.Conflict, "account.error.passkey_known")
		}
		return errFirst(err, markMFA(ctx, tx, a.Session))
	}))
}

// registered checks the answer against what this very session asked.
func (s *Service) registered(ctx context.Context, a ward.Actor, text, answer string) (Passkey, ceremony, error) {
	if s.passkeys == nil {
		return Passkey{}, ceremony{}, noPasskeys()
	}
	if err := checkAnswer(answer); err != nil {
		return Passkey{}, ceremony{}, err
	}
	var data webauthn.SessionData
	c, err := s.unsealed(text, &data, ceremonyAdd)
	if err == nil && (c.Person != a.Person || c.Session != a.Session) {
		err = staleCeremony()
	}
	if err != nil {
		return Passkey{}, c, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBody(strings.NewReader(answer))
	if err != nil {
		return Passkey{}, c, badAnswer(err)
	}
	o, err := s.keyOwner(ctx, a.Person)
	if err != nil {
		return Passkey{}, c, err
	}
	record, err := s.passkeys.CreateCredential(o, data, parsed)
	if err != nil {
		return Passkey{}, c, badAnswer(err)
	}
	return Passkey{ID: s.cfg.IDs(), Created: s.cfg.Clock(), Synced: record.Flags.BackupState, person: a.Person, record: *record}, c, nil
}

// checkAnswer tells a browser without scripts what is missing.
func checkAnswer(answer string) error {
	switch {
	case answer == "":
		return ward.Fail(ward.Invalid, "account.error.passkey_script")
	case len(answer) > answerMax:
		return badAnswer(nil)
	}
	return nil
}

func passkeyName(s string) (string, error) {
	s = strings.Join(strings.Fields(s), " ")
	if s == "" || utf8.RuneCountInString(s) > 100 {
		return "", ward.Fail(ward.Invalid, "account.error.passkey_name").At("name")
	}
	return s, nil
}

// NamePasskey gives one of a's another name; NotFound for another's.
func (s *Service) NamePasskey(ctx context.Context, a ward.Actor, id, name string) error {
	name, err := passkeyName(name)
	if err != nil {
		return ward.Wrap("name passkey", err)
	}
	return ward.Wrap("name passkey", s.own(ctx, a, "passkey_named", id, func(tx *db.Tx) error {
		return renamePasskey(ctx, tx, a.Person, id, name)
	}))
}

// RemovePasskey takes one of a's away; the password is asked for again.
func (s *Service) RemovePasskey(ctx context.Context, a ward.Actor, id, password string) error {
	if _, err := s.self(a); err != nil {
		return ward.Wrap("remove passkey", err)
	}
	if err := s.knows(ctx, a, password, "password"); err != nil {
		return ward.Wrap("remove passkey", err)
	}
	return ward.Wrap("remove passkey", s.own(ctx, a, "passkey_removed", id, func(tx *db.Tx) error {
		return deletePasskey(ctx, tx, a.Person, id)
	}))
}
