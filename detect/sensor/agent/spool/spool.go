package spool

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"time"

	"ward/format/detection"
)

// Config of Open.
type Config struct {
	Dir      string           // made when it is not there
	MaxBytes int64            // of all segments; zero means 256 MiB
	MaxAge   time.Duration    // of hits that nobody took; zero means 30 days
	Now      func() time.Time // compared with the times of files
}

// Stats count; they are of this process except Waiting.
type Stats struct {
	Waiting int64 `json:"waiting"` // hits on disk
	Bytes   int64 `json:"bytes"`
	Dropped int64 `json:"dropped"` // hits given up for size, age or damage
	Damaged int64 `json:"damaged"` // segments with a broken part
}

// ErrBusy says that another process uses the folder.
var ErrBusy = errors.New("another sensor uses this folder")

// ErrDisk says that the disk took no more. Nothing was lost: what was not
// committed is read again.
var ErrDisk = errors.New("the spool cannot be written")

// ErrLarge says that a commit does not fit into one frame. Nothing of it holds.
var ErrLarge = errors.New("more than one frame of the spool holds")

// segment is a sealed file that waits.
type segment struct {
	n       uint64
	bytes   int64
	hits    int64
	written time.Time
}

// Spool is safe for concurrent use: one goroutine commits, another sends.
type Spool struct {
	cfg  Config
	lock *os.File

	mu        sync.Mutex
	open      *os.File
	n         uint64 // of the open segment
	good      int64  // bytes of it that are whole frames
	hits      int64  // in it
	broken    bool   // bytes behind good could not be taken away
	positions map[string]json.RawMessage
	sealed    []segment
	stats     Stats
}

const (
	defaultBytes = 256 << 20
	defaultAge   = 30 * 24 * time.Hour
	// tidy is how long a segment of positions alone may become.
	tidy = 1 << 20
)

// Open opens the folder and repairs what a kill has left: half a frame at the end
// of the last segment is taken off.
func Open(cfg Config) (*Spool, error) {
	if cfg.MaxBytes == 0 {
		cfg.MaxBytes = defaultBytes
	}
	if cfg.MaxAge == 0 {
		cfg.MaxAge = defaultAge
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, err
	}
	s := &Spool{cfg: cfg, positions: map[string]json.RawMessage{}}
	var err error
	if s.lock, err = lock(filepath.Join(cfg.Dir, "lock")); err != nil {
		return nil, err
	}
	if err := s.recover(); err != nil {
		return nil, errors.Join(err, s.lock.Close())
	}
	return s, nil
}

func (s *Spool) recover() error {
	list, err := segments(s.cfg.Dir)
	if err != nil {
		return err
	}
	for _, n := range list {
		data, err := os.ReadFile(s.path(n))
		if err != nil {
			return err
		}
		seg := segment{n: n, bytes: int64(len(data)), written: s.cfg.Now()}
		if info, err := os.Stat(s.path(n)); err == nil {
			seg.written = info.ModTime()
		}
		first := true
		good := frames(data, func(f *frame) {
			if first { // all positions stand at the beginning
				clear(s.positions)
			}
			first = false
			s.remember(f.Positions)
			seg.hits += int64(len(f.Hits))
		})
		if n == list[len(list)-1] && !first {
			return s.reopen(n, int64(good), seg.hits)
		}
		if good != len(data) {
			s.stats.Damaged++
		}
		s.sealed = append(s.sealed, seg)
		s.stats.Waiting += seg.hits
		s.n = n
	}
	return s.next()
}

// reopen goes on in the last segment.
func (s *Spool) reopen(n uint64, good, hits int64) error {
	f, err := os.OpenFile(s.path(n), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := f.Truncate(good); err != nil {
		return errors.Join(err, f.Close())
	}
	s.open, s.n, s.good, s.hits = f, n, good, hits
	s.stats.Waiting += hits
	return nil
}

func (s *Spool) remember(positions map[string]json.RawMessage) {
	for name, p := range positions {
		if string(p) == "null" {
			delete(s.positions, name)
		} else {
			s.positions[name] = p
		}
	}
}

// next begins a new segment with all positions. It is written beside and renamed,
// so that the last segment always begins whole.
func (s *Spool) next() error {
	data, err := pack(&frame{Positions: s.positions})
	if err != nil {
		return err
	}
	temp := filepath.Join(s.cfg.Dir, "new")
	f, err := os.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDisk, err)
	}
	if _, err = f.Write(data); err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = os.Rename(temp, s.path(s.n+1))
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDisk, errors.Join(err, f.Close(), os.Remove(temp)))
	}
	s.open, s.n, s.good, s.hits, s.broken = f, s.n+1, int64(len(data)), 0, false
	_ = syncDir(s.cfg.Dir) // some file systems cannot; the name is there then all the same
	return nil
}

// syncDir makes names durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Positions are those of the last commit.
func (s *Spool) Positions() map[string]json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.positions)
}

// Commit makes hits and the positions behind them durable together. A position of
// "null" is forgotten. After ErrDisk nothing of it holds, and it may be tried again.
func (s *Spool) Commit(positions map[string]json.RawMessage, hits []detection.Hit) error {
	data, err := pack(&frame{Positions: positions, Hits: hits})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire(int64(len(data)))
	if s.broken {
		if err := s.open.Truncate(s.good); err != nil {
			return fmt.Errorf("%w: %w", ErrDisk, err)
		}
		s.broken = false
	}
	if _, err := s.open.WriteAt(data, s.good); err != nil {
		s.broken = true
		return fmt.Errorf("%w: %w", ErrDisk, err)
	}
	if err := s.open.Sync(); err != nil {
		s.broken = true
		return fmt.Errorf("%w: %w", ErrDisk, err)
	}
	s.good += int64(len(data))
	s.hits += int64(len(hits))
	s.stats.Waiting += int64(len(hits))
	s.remember(positions)
	if s.hits == 0 && s.good > tidy || s.good > s.cfg.MaxBytes/4 {
		_ = s.seal() // the commit stands; a full disk is told by the next one
	}
	return nil
}

// Seal ends the open segment if it holds hits, so that they can be sent.
func (s *Spool) Seal() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hits == 0 {
		return nil
	}
	return s.seal()
}

func (s *Spool) seal() error {
	old := segment{n: s.n, bytes: s.good, hits: s.hits, written: s.cfg.Now()}
	file, size := s.open, s.good
	if err := s.next(); err != nil {
		return err
	}
	_ = file.Truncate(size) // half a frame behind is told as damage otherwise
	_ = file.Close()        // synced with each commit
	if old.hits == 0 {
		return os.Remove(s.path(old.n))
	}
	s.sealed = append(s.sealed, old)
	return nil
}

// expire drops sealed segments, the oldest first, until more bytes fit.
func (s *Spool) expire(more int64) {
	total := s.good + more
	for _, g := range s.sealed {
		total += g.bytes
	}
	for len(s.sealed) > 0 {
		g := s.sealed[0]
		age := s.cfg.Now().Sub(g.written)
		if total <= s.cfg.MaxBytes && age <= s.cfg.MaxAge {
			return
		}
		s.drop(g)
		s.stats.Dropped += g.hits
		total -= g.bytes
	}
}

// drop takes a sealed segment away; mu is held.
func (s *Spool) drop(g segment) {
	for i := range s.sealed {
		if s.sealed[i].n == g.n {
			s.sealed = append(s.sealed[:i:i], s.sealed[i+1:]...)
			s.stats.Waiting -= g.hits
			break
		}
	}
	_ = os.Remove(s.path(g.n)) // what stays is sent again under the same id and counted once
}

// Stats counts.
func (s *Spool) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.stats
	st.Bytes = s.good
	for _, g := range s.sealed {
		st.Bytes += g.bytes
	}
	return st
}

// Close lets the folder go. All that was committed is on disk.
func (s *Spool) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(s.open.Close(), s.lock.Close())
}
