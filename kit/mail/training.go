package mail

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"ward"
	"ward/kit/clock"
)

// Training is the Sender of a house that must not reach anybody: it puts each
// message into a folder as a file that a mail program can open. It has no
// server, no dialer and no way to get one.
type Training struct {
	envelope
	folder string
}

// NewTraining makes the folder, which only its owner may read.
func NewTraining(folder, from string, now clock.Clock) (*Training, error) {
	e, err := newEnvelope(from, now)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, ward.Wrap("training outbox", err)
	}
	return &Training{envelope: e, folder: folder}, nil
}

// suffix of a message in the folder.
const suffix = ".eml"

// Send writes m as ID.eml; a repeat replaces it.
func (t *Training) Send(_ context.Context, m Message) error {
	msg, err := t.build(m)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(t.folder, ".new-*") // mode 0600
	if err != nil {
		return &Error{Err: err}
	}
	defer os.Remove(f.Name()) //nolint:errcheck // gone after the rename
	if _, err = msg.WriteTo(f); err == nil {
		err = f.Close()
	}
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(t.folder, m.ID+suffix))
	}
	if err != nil {
		return &Error{Err: err}
	}
	return nil
}

// Outbox lists the names of the files, newest first where ids grow with time.
func (t *Training) Outbox() ([]string, error) {
	found, err := filepath.Glob(filepath.Join(t.folder, "*"+suffix))
	if err != nil {
		return nil, ward.Wrap("training outbox", err)
	}
	for i, f := range found {
		found[i] = filepath.Base(f)
	}
	slices.Sort(found)
	slices.Reverse(found)
	return found, nil
}
