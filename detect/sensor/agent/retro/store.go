package retro

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"ward/detect/sensor/agent"
)

// Config of Open.
type Config struct {
	Dir      string
	Days     int           // zero means 90
	MaxBytes int64         // of all runs; zero means 1 GiB
	Memory   int           // entries held before they are written; zero means 200,000, some 20 MB
	Every    time.Duration // in which they are written at the latest; zero means 10 minutes
	Now      func() time.Time
}

// entry is what is known of one value at one day: 16 bytes on disk, one for each of
// up to maxHosts computers.
type entry struct {
	key    uint64
	host   uint32
	minute uint16 // of the day, first seen
	more   uint16 // 1: on more computers than are kept
}

const (
	entrySize = 16
	maxHosts  = 8
	maxKnown  = 1_000_000 // computers
	maxRuns   = 12        // of one day before they become one
	suffix    = ".run"
)

// Store is for one goroutine.
type Store struct {
	cfg    Config
	salt   salt
	hosts  map[string]uint32
	list   *os.File // of the hosts, one a line
	days   map[string]map[uint64][]entry
	held   int
	since  time.Time // of the last writing
	buf    []byte
	recent [1 << 13]uint64 // keys seen a moment ago, with their host: most come again at once
}

// Open opens the folder, and makes it with a new salt.
func Open(cfg Config) (*Store, error) {
	cfg.Days, cfg.MaxBytes = cmp.Or(cfg.Days, 90), cmp.Or(cfg.MaxBytes, 1<<30)
	cfg.Memory, cfg.Every = cmp.Or(cfg.Memory, 200_000), cmp.Or(cfg.Every, 10*time.Minute)
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, err
	}
	s := &Store{cfg: cfg, hosts: map[string]uint32{}, days: map[string]map[uint64][]entry{}, buf: make([]byte, 0, 512), since: cfg.Now()}
	var err error
	if s.salt, err = saltOf(cfg.Dir); err != nil {
		return nil, err
	}
	names, err := hostNames(cfg.Dir)
	if err != nil {
		return nil, err
	}
	for i, n := range names {
		s.hosts[n] = uint32(i)
	}
	s.list, err = os.OpenFile(filepath.Join(cfg.Dir, "hosts"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	return s, err
}

func saltOf(dir string) (salt, error) {
	path := filepath.Join(dir, "salt")
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		b = make([]byte, 16)
		_, _ = rand.Read(b) // never fails
		err = agent.WriteFile(path, b)
	}
	if err == nil && len(b) != 16 {
		err = fmt.Errorf("%s has %d bytes, want 16", path, len(b))
	}
	if err != nil {
		return salt{}, err
	}
	return salt{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])}, nil
}

func hostNames(dir string) ([]string, error) {
	b, err := os.ReadFile(filepath.Join(dir, "hosts"))
	if errors.Is(err, fs.ErrNotExist) || len(b) == 0 {
		return nil, nil
	}
	return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n"), err
}

// host numbers a computer. 0xffffffff is one that is not known.
func (s *Store) host(name string) uint32 {
	if name = strings.Join(strings.Fields(name), " "); name == "" || len(name) > 255 {
		return noHost
	}
	n, ok := s.hosts[name]
	if !ok {
		if len(s.hosts) >= maxKnown {
			return noHost
		}
		if _, err := s.list.WriteString(name + "\n"); err != nil {
			return noHost
		}
		n = uint32(len(s.hosts))
		s.hosts[name] = n
	}
	return n
}

const noHost = 1<<32 - 1

// See remembers what a line holds.
func (s *Store) See(o *agent.Observation) {
	now := s.cfg.Now()
	at := o.Time
	if at.IsZero() || at.After(now.Add(24*time.Hour)) || at.Before(now.AddDate(0, 0, -s.cfg.Days)) {
		at = now
	}
	at = at.UTC()
	host, minute := s.host(o.Host), uint16(at.Hour()*60+at.Minute())
	day := at.Format(dayForm)
	known := s.days[day]
	if known == nil {
		known = map[uint64][]entry{}
		s.days[day] = known
	}
	mix := uint64(host)<<20 ^ uint64(at.Unix()/86400)
	tokens(o.Line, s.buf, func(kind byte, value []byte) {
		key := s.salt.sum(kind, value)
		slot := &s.recent[(key^mix)%uint64(len(s.recent))]
		if *slot == key^mix*0x9e3779b97f4a7c15 {
			return
		}
		*slot = key ^ mix*0x9e3779b97f4a7c15
		s.add(known, entry{key: key, host: host, minute: minute})
	})
}

const dayForm = "2006-01-02"

func (s *Store) add(known map[uint64][]entry, e entry) {
	list := known[e.key]
	for i := range list {
		if list[i].host == e.host {
			list[i].minute = min(list[i].minute, e.minute)
			return
		}
	}
	if len(list) == maxHosts {
		list[0].more = 1
		return
	}
	known[e.key] = append(list, e)
	s.held++
}

// Tick writes what is held when it is much or old. It may be called often.
func (s *Store) Tick() error {
	now := s.cfg.Now()
	if s.held < s.cfg.Memory && now.Sub(s.since) < s.cfg.Every && !now.Before(s.since) {
		return nil
	}
	return s.Flush()
}

// Flush writes what is held. What cannot be written is kept, up to the bound of the
// memory.
func (s *Store) Flush() error {
	s.since = s.cfg.Now()
	for day, known := range s.days {
		if len(known) > 0 {
			if err := s.write(day, known); err != nil {
				if s.held > 2*s.cfg.Memory { // a full disk must not become a full memory
					clear(s.days)
					s.held = 0
				}
				return err
			}
		}
		for _, list := range known {
			s.held -= len(list)
		}
		delete(s.days, day)
	}
	clear(s.recent[:])
	return s.tidy()
}

func (s *Store) write(day string, known map[uint64][]entry) error {
	all := make([]entry, 0, len(known))
	for _, list := range known {
		all = append(all, list...)
	}
	runs, err := s.runs()
	if err != nil {
		return err
	}
	var same []run
	for _, r := range runs {
		if r.day == day {
			same = append(same, r)
		}
	}
	next := 1
	if len(same) > 0 {
		next = same[len(same)-1].n + 1
	}
	if len(same) >= maxRuns { // a merged run is there before the others go
		for _, r := range same {
			data, err := os.ReadFile(r.path)
			if err != nil {
				return err
			}
			all = append(all, decode(data)...)
		}
	} else {
		same = nil
	}
	slices.SortFunc(all, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.host, b.host), cmp.Compare(a.minute, b.minute))
	})
	if err := agent.WriteFile(filepath.Join(s.cfg.Dir, fmt.Sprintf("%s.%06d%s", day, next, suffix)), encode(all)); err != nil {
		return err
	}
	for _, r := range same {
		if err := os.Remove(r.path); err != nil {
			return err
		}
	}
	return nil
}

// encode writes sorted entries; of one value and computer the first counts, and of
// one value at most maxHosts computers.
func encode(all []entry) []byte {
	var out bytes.Buffer
	var b [entrySize]byte
	n := 0
	for i, e := range all {
		if i > 0 && all[i-1].key == e.key {
			if all[i-1].host == e.host {
				continue
			}
			if n++; n >= maxHosts {
				continue
			}
		} else {
			n = 0
		}
		if i+maxHosts < len(all) && all[i+maxHosts].key == e.key {
			e.more = 1
		}
		binary.LittleEndian.PutUint64(b[:], e.key)
		binary.LittleEndian.PutUint32(b[8:], e.host)
		binary.LittleEndian.PutUint16(b[12:], e.minute)
		binary.LittleEndian.PutUint16(b[14:], e.more)
		out.Write(b[:])
	}
	return out.Bytes()
}

func decode(data []byte) []entry {
	out := make([]entry, 0, len(data)/entrySize)
	for ; len(data) >= entrySize; data = data[entrySize:] {
		out = append(out, decodeOne(data))
	}
	return out
}

func decodeOne(b []byte) entry {
	return entry{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint16(b[12:]), binary.LittleEndian.Uint16(b[14:])}
}

// run is one file of entries of a day.
type run struct {
	path, day string
	n         int
	size      int64
}

// runs are all files, by day and number.
func (s *Store) runs() ([]run, error) { return runsOf(s.cfg.Dir) }

func runsOf(dir string) ([]run, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []run
	for _, e := range entries {
		day, number, ok := strings.Cut(strings.TrimSuffix(e.Name(), suffix), ".")
		n, err := strconv.Atoi(number)
		info, infoErr := e.Info()
		if !ok || err != nil || infoErr != nil || !strings.HasSuffix(e.Name(), suffix) {
			continue
		}
		if _, err := time.Parse(dayForm, day); err == nil {
			out = append(out, run{filepath.Join(dir, e.Name()), day, n, info.Size()})
		}
	}
	return out, nil
}

// tidy drops days that are too old, or too many for the bound.
func (s *Store) tidy() error {
	runs, err := s.runs()
	if err != nil {
		return err
	}
	var total int64
	for _, r := range runs {
		total += r.size
	}
	oldest := s.cfg.Now().UTC().AddDate(0, 0, -s.cfg.Days).Format(dayForm)
	for _, r := range runs {
		if r.day >= oldest && total <= s.cfg.MaxBytes {
			break
		}
		if err := os.Remove(r.path); err != nil {
			return err
		}
		total -= r.size
	}
	return nil
}

// Close writes what is held.
func (s *Store) Close() error { return errors.Join(s.Flush(), s.list.Close()) }

// block is what a search reads at once.
const block = 256 * entrySize

// find looks a key up in a sorted file.
func find(r io.ReaderAt, size int64, key uint64, b []byte, each func(entry)) error {
	low, high := int64(0), size/entrySize
	for high-low > block/entrySize {
		mid := (low + high) / 2
		if _, err := r.ReadAt(b[:entrySize], mid*entrySize); err != nil {
			return err
		}
		if binary.LittleEndian.Uint64(b) < key {
			low = mid
		} else {
			high = mid
		}
	}
	for at := low; at < size/entrySize; {
		n := min(int64(len(b)/entrySize), size/entrySize-at)
		if _, err := r.ReadAt(b[:n*entrySize], at*entrySize); err != nil && err != io.EOF {
			return err
		}
		for i := range n {
			switch e := decodeOne(b[i*entrySize:]); {
			case e.key == key:
				each(e)
			case e.key > key:
				return nil
			}
		}
		at += n
	}
	return nil
}
