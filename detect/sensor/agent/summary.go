package agent

import (
	"errors"
	"io/fs"
	"strings"
	"time"

	"ward/format/pack"
)

// Summary says what a scan covered.
type Summary struct {
	Files   int   `json:"files"` // read to their end, those inside of archives each
	Bytes   int64 `json:"bytes"` // unpacked
	Lines   int64 `json:"lines"`
	Hits    int64 `json:"hits"`
	Skipped []Skipped
	// SkippedTotal counts all; Skipped holds the first thousand.
	SkippedTotal int              `json:"skipped_total"`
	Older        int64            `json:"older"`   // hits left out because of Since
	NoTime       int64            `json:"no_time"` // hits kept although Since is set and their time is not known
	Counts       map[string]int64 `json:"counts"`  // of the Detector
	// First and Last are the earliest and latest known time of a hit.
	First, Last time.Time
	// Complete is false for a scan that was interrupted.
	Complete bool `json:"complete"`
}

// Skipped is a file, or the rest of one, that was not looked at.
type Skipped struct {
	File string `json:"file"`
	// From is the first byte that was not looked at.
	From   int64  `json:"from"`
	Reason string `json:"reason"`
}

const maxSkipped = 1000

func (s *Summary) skip(file string, from int64, reason string) {
	if s.SkippedTotal++; len(s.Skipped) < maxSkipped {
		s.Skipped = append(s.Skipped, Skipped{File: file, From: from, Reason: reason})
	}
}

// reasonOf says in plain words why a file could not be read.
func reasonOf(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "it vanished before it was read"
	case errors.Is(err, fs.ErrPermission):
		return "no permission to read it"
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	var packed *pack.Error
	if errors.As(err, &packed) { // the file is named beside it
		return strings.TrimPrefix(packed.Error(), "pack: "+packed.Entry+": ")
	}
	return err.Error()
}

func (s *Summary) note(h *Hit) {
	s.Hits++
	if h.Time == nil {
		return
	}
	if s.First.IsZero() || h.Time.Before(s.First) {
		s.First = *h.Time
	}
	if h.Time.After(s.Last) {
		s.Last = *h.Time
	}
}
