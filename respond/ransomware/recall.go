package ransomware

import (
	"context"

	"ward"
	"ward/kit/db"
	"ward/kit/job"
)

// withdrawn finds out who was told of a decryptor that is withdrawn: the tool that a
// mail of ours recommended may destroy what is left.
type withdrawn struct {
	Decryptor string `json:"decryptor"`
	After     string `json:"after"` // watch that the last batch ended with
}

// Kind implements job.Args.
func (withdrawn) Kind() string { return "ransomware.withdrawn" }

// recall writes to one organisation that was told.
type recall struct {
	Watch     string `json:"watch"`
	Decryptor string `json:"decryptor"`
}

// Kind implements job.Args.
func (recall) Kind() string { return "ransomware.recall" }

// onWithdrawn hands on those that were told, also those whose wait has ended since. A
// letter that had not left yet does not leave (open).
func (s *Service) onWithdrawn(ctx context.Context, j withdrawn) error {
	return ward.Wrap("recall decryptor", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		ids, err := toldOf(ctx, tx, j.Decryptor, j.After, batch)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := s.cfg.Queue.EnqueueOnce(ctx, tx, recall{Watch: id, Decryptor: j.Decryptor}); err != nil {
				return err
			}
		}
		if len(ids) < batch {
			return nil
		}
		return s.cfg.Queue.EnqueueOnce(ctx, tx, withdrawn{Decryptor: j.Decryptor, After: ids[len(ids)-1]})
	}))
}

// onRecall has a letter go to every contact with an address. A run that is cut off and
// comes again writes under the same Message-ID.
func (s *Service) onRecall(ctx context.Context, j recall) error {
	w, d, ok, err := s.openTold(ctx, j.Watch, j.Decryptor)
	if err != nil || !ok {
		return ward.Wrap("recall decryptor", err)
	}
	letters, err := s.letters(ctx, w, d, true)
	if err != nil {
		return ward.Wrap("recall decryptor", err)
	}
	return ward.Wrap("recall decryptor", s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return s.cfg.Queue.EnqueueOnce(ctx, tx, letters...) }))
}

// letters are those to the contacts of a watch's organisation; Unavailable when none has
// an address.
func (s *Service) letters(ctx context.Context, w Watch, d Decryptor, recall bool) (out []job.Args, err error) {
	contacts, err := s.cfg.Registry.Contacts(ctx, []ward.OrgID{w.Org})
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{"": true}
	for _, c := range contacts[w.Org] {
		if !seen[c.Email] {
			seen[c.Email] = true
			out = append(out, letter{w.ID, d.ID, c.ID, recall})
		}
	}
	if len(out) == 0 {
		err = ward.Fail(ward.Unavailable, "ransomware.error.nobody")
	}
	return out, err
}

// openTold reads what a recall is about; false when the decryptor is not withdrawn.
func (s *Service) openTold(ctx context.Context, watch, decryptor string) (w Watch, d Decryptor, ok bool, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if w, err = toldWatch(ctx, tx, watch); err != nil {
			return err
		}
		d, err = decryptorByID(ctx, tx, decryptor)
		return err
	})
	return w, d, err == nil && d.State == Withdrawn, err
}
