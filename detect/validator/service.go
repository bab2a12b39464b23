package validator

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"runtime"
	"time"

	"ward"
	"ward/format/csaf"
	"ward/format/recognise"
	"ward/kit/clock"
	"ward/kit/module"
	"ward/kit/web"
)

//go:embed text
var texts embed.FS

// MaxDocument bounds a document in bytes: 15 MiB, what CSAF 2.0 appendix C.1
// wants everybody to be able to read.
const MaxDocument = 15 << 20

// Config of New. Both fields are needed.
type Config struct {
	Clock clock.Clock
	// Client tells the address that a request comes from, behind known proxies.
	Client func(*http.Request) string
}

// Service tests documents. Safe for concurrent use.
type Service struct {
	cfg  Config
	gate *gate
	work chan struct{} // one place for each document that is tested at this moment
}

// New makes the service.
func New(cfg Config) (*Service, error) {
	if cfg.Clock == nil || cfg.Client == nil {
		return nil, errors.New("new validator: a field of the configuration is missing")
	}
	return &Service{cfg: cfg, gate: newGate(), work: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))}, nil
}

// Result is what was found in one document, and which one it was.
type Result struct {
	csaf.Report
	SHA256 string // of the bytes as they came, hexadecimal
	Size   int    // bytes
	At     time.Time
}

// Validate tests what body holds up to a level, for somebody at an address.
// Invalid at "file": too long, empty or packed; Throttled: too much was asked
// from there. A document that breaks the standard is a Result, not an error.
func (s *Service) Validate(ctx context.Context, from string, body io.Reader, upTo csaf.Level) (Result, error) {
	now := s.cfg.Clock()
	from = web.Network(from)
	if err := s.gate.take(from, 1, now); err != nil {
		return Result{}, ward.Wrap("validate", err)
	}
	data, err := io.ReadAll(io.LimitReader(body, MaxDocument+1))
	if err == nil {
		err = refuse(data)
	}
	if err == nil {
		err = s.gate.take(from, len(data)>>20, now)
	}
	if err != nil {
		return Result{}, ward.Wrap("validate", err)
	}
	select { // half of the cores stay free for the alerts, whoever asks how much
	case s.work <- struct{}{}:
		defer func() { <-s.work }()
	case <-ctx.Done():
		return Result{}, ward.Wrap("validate", ctx.Err())
	}
	sum := sha256.Sum256(data)
	return Result{Report: csaf.Examine(data, upTo, now), SHA256: hex.EncodeToString(sum[:]), Size: len(data), At: now}, nil
}

// refuse tells what no validator need look at.
func refuse(data []byte) error {
	switch {
	case len(data) > MaxDocument:
		return ward.Fail(ward.Invalid, "validator.error.large").At("file")
	case len(bytes.TrimSpace(data)) == 0:
		return ward.Fail(ward.Invalid, "validator.error.empty").At("file")
	case recognise.Packed(data):
		return ward.Fail(ward.Invalid, "validator.error.packed").At("file")
	}
	return nil
}

// Parts hands the service to the house, all but its pages.
func (s *Service) Parts() module.Parts {
	return module.Parts{Name: "validator", Texts: texts, API: s.operations()}
}
