package disclosure

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"ward"
	"ward/kit/audit"
	"ward/kit/db"
)

// Receipt is what a reporter gets: the number to speak of, and the secret of the
// link by which the case is followed. The secret is shown this once.
type Receipt struct {
	ID     string
	Number string
	Secret string
}

// Path is the link without the address of the site.
func (r Receipt) Path() string { return pathOf(r.Secret) }

// Receive takes in a report from somebody without an account at an address.
// Throttled above the day's measure. Nothing that the report says of the
// reporter is told to anybody; the mail to an address that he gives holds the
// number and, if he wishes, the link, and no word of the report.
func (s *Service) Receive(ctx context.Context, r Report, address string) (Receipt, error) {
	r, err := r.tidy()
	if err != nil {
		return Receipt{}, ward.Wrap("receive report", err)
	}
	origin, size := originHash(address), sizeOf(r)
	out, err := s.receive(ctx, r, "", func(tx *db.Tx) error {
		return s.measure(ctx, tx, origin, true, size)
	})
	return out, ward.Wrap("receive report", err)
}

// ReceiveFrom takes in a report of a maker who is signed in. Needs
// disclosure.report on the own organisation.
func (s *Service) ReceiveFrom(ctx context.Context, a ward.Actor, r Report) (Receipt, error) {
	r.Source, r.Confidence.Name, r.Confidence.Organisation = Maker, a.Name, a.OrgName
	r, err := r.tidy()
	if err != nil {
		return Receipt{}, ward.Wrap("receive maker's report", err)
	}
	if _, err := s.cfg.Guard.Check(a, permReport, ward.Object{Kind: "disclosure", Org: a.Org}); err != nil {
		return Receipt{}, ward.Wrap("receive maker's report", err)
	}
	out, err := s.receive(ctx, r, a.Org, func(tx *db.Tx) error {
		n, err := countOfOrg(ctx, tx, a.Org, s.cfg.Clock().Add(-day))
		if err == nil && n >= orgReports && !a.System {
			err = ward.Fail(ward.Throttled, "disclosure.error.often").After(day)
		}
		return err
	})
	return out, ward.Wrap("receive maker's report", err)
}

// measure counts what comes from a network and refuses what is too much.
func (s *Service) measure(ctx context.Context, tx *db.Tx, origin string, report bool, size int64) error {
	now := s.cfg.Clock()
	t, err := triesSince(ctx, tx, origin, now.Add(-day))
	if err != nil {
		return err
	}
	if err := t.admit(int(db.Flag(report)), size); err != nil {
		return err
	}
	return insertTry(ctx, tx, s.cfg.IDs(), origin, now, report, size)
}

func sizeOf(r Report) int64 {
	n := int64(len(r.Confidence.Proof) + len(r.Summary.Impact))
	for _, f := range r.Files {
		n += int64(len(f.Data))
	}
	return n
}

// receive stores a report in one transaction, after admit let it in.
func (s *Service) receive(ctx context.Context, r Report, org ward.OrgID, admit func(*db.Tx) error) (Receipt, error) {
	now := s.cfg.Clock()
	c := Case{ID: s.cfg.IDs(), Source: r.Source, Org: org, Lang: r.Lang, State: Received, Received: now, Heard: now, Link: 1, Summary: r.Summary}
	c.settle()
	secret := s.secretOf(c)
	sealed, err := s.sealConfidence(r.Confidence, c.ID)
	if err != nil {
		return Receipt{}, err
	}
	attached := s.sealFiles(r.Files)
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := admit(tx); err != nil {
			return err
		}
		n, err := nextNumber(ctx, tx, now.UTC().Year())
		if err != nil {
			return err
		}
		c.Number = MakeNumber(now.UTC().Year(), n)
		if err := insertCase(ctx, tx, c); err != nil {
			return err
		}
		if err := insertConfidence(ctx, tx, c.ID, sealed); err != nil {
			return err
		}
		if err := insertLink(ctx, tx, digestOf(secret), c.ID); err != nil {
			return err
		}
		for _, f := range attached {
			if err := insertFile(ctx, tx, c.ID, f); err != nil {
				return err
			}
		}
		if err := s.tell(ctx, tx, c, letterReceipt); err != nil {
			return err
		}
		return s.noteOf(ctx, tx, c, "received", "")
	})
	return Receipt{ID: c.ID, Number: c.Number, Secret: secret}, err
}

// sealFiles makes rows of uploads; name and bytes are sealed to the row's id.
func (s *Service) sealFiles(list []Upload) []sealedFile {
	out := make([]sealedFile, len(list))
	for i, u := range list {
		sum := sha256.Sum256(u.Data)
		id := s.cfg.IDs()
		out[i] = sealedFile{File: File{ID: id, At: s.cfg.Clock(), Size: int64(len(u.Data)), SHA256: hex.EncodeToString(sum[:])},
			name: s.box.Seal(u.Name, owner("name", id)), sealed: s.box.Seal(string(u.Data), owner("file", id))}
	}
	return out
}

// noteOf writes history and audit log of what a reporter did. Neither tells who
// he is.
func (s *Service) noteOf(ctx context.Context, tx *db.Tx, c Case, did, detail string) error {
	e := Entry{At: s.cfg.Clock(), Kind: did, Detail: detail}
	if err := insertEntry(ctx, tx, s.cfg.IDs(), c.ID, e); err != nil {
		return err
	}
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: c.reporter(), Action: string(permFollow), Object: c.Object(), Outcome: audit.Done,
		Policy: "reporter-follows-own", Detail: map[string]string{"act": did}})
}
