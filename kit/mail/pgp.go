package mail

import (
	"bytes"
	"errors"
	"fmt"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"
	gomail "github.com/wneessen/go-mail"
)

// PublicKey is an OpenPGP key to which mail can be encrypted. The zero value is none.
type PublicKey struct {
	key         *crypto.Key
	Fingerprint string    // hexadecimal, lower case
	Expires     time.Time // of the key or its part for encryption, the earlier; zero for never
	Addresses   []string  // of its user ids, lower case
}

// Why a key cannot be used.
var (
	ErrNoKey       = errors.New("no OpenPGP public key")
	ErrKeyTooLarge = errors.New("the OpenPGP key is too large")
	ErrPrivateKey  = errors.New("the OpenPGP key is a private one")
	ErrKeyExpired  = errors.New("the OpenPGP key has expired or was revoked")
	ErrKeyCannot   = errors.New("the OpenPGP key is not for encryption")
)

// KeyLimit bounds a key: one with many signatures of others has some 20 kB.
const KeyLimit = 128 << 10

// ReadKey reads one key, armoured or not, and checks that mail can be encrypted
// to it at now. It never keeps a private key.
func ReadKey(data []byte, now time.Time) (PublicKey, error) {
	key, err := parseKey(data)
	if err != nil {
		return PublicKey{}, err
	}
	entity, at := key.GetEntity(), now.Unix()
	if key.IsRevoked(at) || key.IsExpired(at) {
		return PublicKey{}, ErrKeyExpired
	}
	part, ok := entity.EncryptionKey(now, nil)
	if !ok || part.PublicKey == nil {
		return PublicKey{}, ErrKeyCannot
	}
	k := PublicKey{key: key, Fingerprint: key.GetFingerprint()}
	if self, err := entity.PrimarySelfSignature(now, nil); err == nil && self != nil {
		k.until(entity.PrimaryKey.CreationTime, self.KeyLifetimeSecs)
	}
	if part.SelfSignature != nil {
		k.until(part.PublicKey.CreationTime, part.SelfSignature.KeyLifetimeSecs)
	}
	for _, id := range entity.Identities {
		if id.UserId != nil && id.UserId.Email != "" {
			k.Addresses = append(k.Addresses, strings.ToLower(id.UserId.Email))
		}
	}
	return k, nil
}

// Fingerprint names a public key, also one whose time is over.
func Fingerprint(data []byte) (string, error) {
	key, err := parseKey(data)
	if err != nil {
		return "", err
	}
	return key.GetFingerprint(), nil
}

func parseKey(data []byte) (*crypto.Key, error) {
	if len(data) > KeyLimit {
		return nil, ErrKeyTooLarge
	}
	if text := bytes.TrimSpace(data); bytes.HasPrefix(text, []byte("-----")) { // armour; a binary key may end with what looks like space
		data = text
	}
	key, err := crypto.NewKey(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoKey, err)
	}
	if key.IsPrivate() {
		return nil, ErrPrivateKey
	}
	return key, nil
}

// until takes the earlier end of validity; no lifetime means for ever (RFC 9580, 5.2.3.13).
func (k *PublicKey) until(created time.Time, lifetime *uint32) {
	if lifetime == nil || *lifetime == 0 {
		return
	}
	end := created.Add(time.Duration(*lifetime) * time.Second).UTC()
	if k.Expires.IsZero() || end.Before(k.Expires) {
		k.Expires = end
	}
}

// Bytes is the key as it is kept, for ReadKey.
func (k PublicKey) Bytes() ([]byte, error) {
	if k.key == nil {
		return nil, ErrNoKey
	}
	return k.key.Serialize()
}

// encrypt makes the body of PGP/MIME (RFC 3156, section 4): text and HTML are
// one part that only the receiver opens.
func (e envelope) encrypt(msg *gomail.Msg, m Message) error {
	inner, err := entityOf(m)
	if err != nil {
		return err
	}
	building := crypto.PGP().Encryption().Recipient(m.Seal.key).EncryptionTime(e.now().Unix())
	if e.sign.private != nil { // one packet after the other inside (RFC 3156, section 6.2)
		key, err := crypto.NewKey(e.sign.private)
		if err != nil {
			return &Error{Permanent: true, Err: err}
		}
		building = building.SigningKey(key).SignTime(e.now().Unix())
	}
	handle, err := building.New()
	if err != nil {
		return &Error{Permanent: true, Err: err}
	}
	sealed, err := handle.Encrypt(inner)
	if err != nil { // the key has expired meanwhile: no repeat helps
		return &Error{Permanent: true, Err: err}
	}
	armoured, err := sealed.Armor()
	if err != nil {
		return &Error{Permanent: true, Err: err}
	}
	// Written here: the library's own way leaves the last boundary out.
	kind, body, err := multiparts(`encrypted; protocol="application/pgp-encrypted"`, []part{
		{textproto.MIMEHeader{"Content-Type": {"application/pgp-encrypted"}}, []byte("Version: 1\r\n")},
		{textproto.MIMEHeader{"Content-Type": {`application/octet-stream; name="encrypted.asc"`}}, crlf(armoured)},
	})
	msg.SetBodyString(gomail.ContentType(kind), string(body), gomail.WithPartEncoding(gomail.NoEncoding)) // armour is seven bits
	return err
}

// crlf ends lines as mail does, whatever they ended with.
func crlf(s string) []byte {
	return []byte(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n"))
}

// part of a MIME body.
type part struct {
	head textproto.MIMEHeader
	body []byte
}

// multiparts writes parts one after the other and gives the type with the boundary.
func multiparts(kind string, parts []part) (string, []byte, error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, x := range parts {
		p, err := w.CreatePart(x.head)
		if err != nil {
			return "", nil, err
		}
		if _, err := p.Write(x.body); err != nil {
			return "", nil, err
		}
	}
	err := w.Close()
	return fmt.Sprintf("multipart/%s; boundary=%q", kind, w.Boundary()), body.Bytes(), err
}

// entityOf is the MIME entity that is encrypted: text and, if there is any, HTML.
func entityOf(m Message) ([]byte, error) {
	var parts []part
	for _, x := range []struct{ kind, text string }{{"text/plain", m.Text}, {"text/html", m.HTML}} {
		if x.text == "" {
			continue
		}
		var quoted bytes.Buffer
		q := quotedprintable.NewWriter(&quoted)
		if _, err := q.Write([]byte(x.text)); err != nil {
			return nil, err
		}
		if err := q.Close(); err != nil {
			return nil, err
		}
		parts = append(parts, part{textproto.MIMEHeader{"Content-Type": {x.kind + "; charset=utf-8"},
			"Content-Transfer-Encoding": {"quoted-printable"}}, quoted.Bytes()})
	}
	kind, body, err := multiparts("alternative", parts)
	return append([]byte("Content-Type: "+kind+"\r\n\r\n"), body...), err
}
