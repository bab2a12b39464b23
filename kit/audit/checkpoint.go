package audit

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"ward"
	"ward/kit/db"
)

//go:embed migrations
var migrations embed.FS

// Migrations are the tables of the log.
func Migrations() db.Migrations { return db.Migrations{Owner: "audit", Files: migrations} }

// LoadKey reads the signing key in the file at path, or makes one under name
// (the house's own host name: no spaces, no plus) in a file that only its owner
// may read. Whoever has it can sign a changed log: keep no copy beside the database.
func LoadKey(path, name string) (string, error) {
	text, err := os.ReadFile(path)
	if err == nil {
		return strings.TrimSpace(string(text)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", ward.Wrap("audit key", err)
	}
	key, _, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return "", ward.Wrap("audit key", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) { // another process was faster
		return LoadKey(path, name)
	}
	if err != nil {
		return "", ward.Wrap("audit key", err)
	}
	_, err = f.WriteString(key + "\n")
	return key, ward.Wrap("audit key", errors.Join(err, f.Sync(), f.Close()))
}

// PublicKey is the verifier key that belongs to a signing key: what an outside
// witness is given.
func PublicKey(key string) (string, error) {
	// PRIVATE+KEY+<name>+<hash>+<base64 of the algorithm's byte and the seed>
	parts := strings.SplitN(key, "+", 5)
	if len(parts) != 5 {
		return "", errors.New("audit key: malformed")
	}
	raw, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return "", errors.New("audit key: malformed")
	}
	public, ok := ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey)
	if !ok {
		return "", errors.New("audit key: malformed")
	}
	text, err := note.NewEd25519VerifierKey(parts[2], public)
	return text, ward.Wrap("audit key", err)
}

// Checkpoint signs the present state of the log, keeps it and returns it: the
// text to hand to a place outside the house. It is a signed note as of
// C2SP tlog-checkpoint: origin, size, root hash.
func (l *Log) Checkpoint(ctx context.Context) (string, error) {
	if l.signer == nil {
		return "", ward.Fail(ward.Unavailable, "").Because(errors.New("no audit key"))
	}
	var text string
	err := l.db.Write(ctx, func(tx *db.Tx) error {
		e, err := readExtent(ctx, tx)
		if err != nil {
			return err
		}
		root, err := tlog.TreeHash(max(e.size, 0), tlog.HashReaderFunc(func(want []int64) ([]tlog.Hash, error) {
			return readHashes(ctx, tx, want, nil)
		}))
		if err != nil {
			return err
		}
		signed, err := note.Sign(&note.Note{Text: checkpoint{l.signer.Name(), e.size, root}.text()}, l.signer)
		if err != nil {
			return err
		}
		text = string(signed)
		return insertCheckpoint(ctx, tx, e.size, db.At(l.now()), text)
	})
	return text, ward.Wrap("audit checkpoint", err)
}

// checkpoint is the text of a note.
type checkpoint struct {
	origin string
	size   int64
	root   tlog.Hash
}

func (c checkpoint) text() string { return fmt.Sprintf("%s\n%d\n%s\n", c.origin, c.size, c.root) }

// open checks the signature of one note.
func (l *Log) open(text string) (checkpoint, error) {
	n, err := note.Open([]byte(text), l.trusted)
	if err != nil {
		return checkpoint{}, err
	}
	lines := strings.SplitN(n.Text, "\n", 4)
	if len(lines) < 4 {
		return checkpoint{}, errors.New("malformed checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 {
		return checkpoint{}, errors.New("malformed checkpoint size")
	}
	root, err := tlog.ParseHash(lines[2])
	return checkpoint{lines[0], size, root}, err
}

// signature begins each line of a note's signatures (package note).
const signature = "\u2014 "

// Notes cuts a file of checkpoints written one after the other.
func Notes(text string) []string {
	var out []string
	var b strings.Builder
	signed := false
	for line := range strings.Lines(text) {
		if signed && !strings.HasPrefix(line, signature) {
			out, signed = append(out, b.String()), false
			b.Reset()
		}
		signed = signed || strings.HasPrefix(line, signature)
		if b.Len() > 0 || strings.TrimSpace(line) != "" {
			b.WriteString(line)
		}
	}
	if b.Len() > 0 {
		out = append(out, b.String())
	}
	return out
}
