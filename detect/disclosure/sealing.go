package disclosure

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"strconv"

	"ward"
)

// owner binds what is sealed to its row: it opens in no other.
func owner(what, id string) string { return "disclosure " + what + " " + id }

// linkCode writes the secret of a link in letters that survive a mail.
var linkCode = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

// secretOf makes the nth link of a case: 256 bits that nobody can make without
// the key. It is kept nowhere, the database has its hash; a mail makes it anew.
func (s *Service) secretOf(c Case) string {
	h := hmac.New(sha256.New, s.cfg.Key)
	h.Write([]byte("disclosure link\x00" + c.ID + "\x00" + strconv.FormatInt(c.Link, 10)))
	return linkCode.EncodeToString(h.Sum(nil))
}

func digestOf(secret string) string {
	sum := sha256.Sum256([]byte("disclosure link " + secret))
	return hex.EncodeToString(sum[:])
}

// pathOf is where the reporter follows a case.
func pathOf(secret string) string { return "/report/case/" + secret }

// confidenceWire is a confidence as it is sealed. Fields are only added.
type confidenceWire struct {
	Name         string      `json:"name,omitempty"`
	Organisation string      `json:"organisation,omitempty"`
	Email        string      `json:"email,omitempty"`
	MailLink     bool        `json:"mail_link,omitempty"`
	Proof        string      `json:"proof,omitempty"`
	Maker        string      `json:"maker,omitempty"`
	Plan         string      `json:"plan,omitempty"`
	Reported     summaryWire `json:"reported"`
}

func (s *Service) sealConfidence(c Confidence, id string) ([]byte, error) {
	b, err := json.Marshal(confidenceWire{c.Name, c.Organisation, c.Email, c.MailLink, c.Proof, c.Maker, c.Plan, wireSummary(c.Reported)})
	if err != nil {
		return nil, err
	}
	return s.box.Seal(string(b), owner("confidence", id)), nil
}

func (s *Service) openConfidence(sealed []byte, id string) (Confidence, error) {
	plain, err := s.box.Open(sealed, owner("confidence", id))
	if err != nil {
		return Confidence{}, err
	}
	var w confidenceWire
	if err := json.Unmarshal([]byte(plain), &w); err != nil {
		// The decoder's error may quote what it read; a log must not.
		return Confidence{}, ward.Fail(ward.Internal, "")
	}
	return Confidence{w.Name, w.Organisation, w.Email, w.MailLink, w.Proof, w.Maker, w.Plan, w.Reported.summary()}, nil
}
