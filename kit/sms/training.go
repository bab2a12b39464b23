package sms

import (
	"context"
	"os"
	"path/filepath"

	"ward"
)

// Training is the Sender of a house that must not reach anybody: it writes files
// and has no way to anything else.
type Training struct{ folder string }

// NewTraining makes the folder, which only its owner may read.
func NewTraining(folder string) (*Training, error) {
	return &Training{folder}, ward.Wrap("training outbox", os.MkdirAll(folder, 0o700))
}

// Send writes m as ID.sms.txt; a repeat replaces it.
func (t *Training) Send(_ context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(t.folder, m.ID+".sms.txt"), []byte("To: "+m.To+"\n\n"+m.Text+"\n"), 0o600); err != nil {
		return &Error{Err: err}
	}
	return nil
}
