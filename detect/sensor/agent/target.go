package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"ward/format/logline"
	"ward/format/pack"
)

// target reads one file: as it is, or, when it is packed, every log in it.
func (s *scan) target(t target, resume *Progress) error {
	if t.path == "-" {
		return s.stream(t.path, s.cfg.Input, resume)
	}
	f, err := os.Open(t.path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	if t.size < 0 {
		return s.stream(t.path, f, resume)
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !s.cfg.Since.IsZero() && info.ModTime().Before(s.cfg.Since) {
		s.order(func() { s.skip(t.path, 0, "last changed before --since") })
		return nil
	}
	if resume != nil && info.Size() < resume.Size {
		s.order(func() {
			s.skip(t.path, resume.Offset, "it is shorter than before: replaced, and read from its beginning")
		})
		resume = nil
	}
	head := make([]byte, pack.HeadSize)
	n, err := f.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return err
	}
	log := Log{File: t.path, Modified: info.ModTime()}
	if pack.Sniff(head[:n]) == pack.Plain {
		return s.plain(f, info.Size(), log, resume, logline.Converted(head[:n]))
	}
	return s.packed(t.path, resume, func(each func(string, io.Reader) error) error {
		return pack.Walk(t.path, f, info.Size(), limits, each)
	}, log)
}

// plain reads a file up to the size that it had: a log that grows faster than
// it is read would never end.
func (s *scan) plain(f *os.File, size int64, log Log, resume *Progress, converted bool) error {
	var start int64
	if resume != nil && s.cfg.Detector == nil && !converted { // a detector wants the header of a log; a place in a converted text is none in the file
		start = resume.Offset
	}
	if start > 0 { // the head says how the lines behind it are written
		text := make([]byte, min(size, logline.SampleSize))
		n, _ := f.ReadAt(text, 0) // what cannot be read there is told when the rest is
		if log.head = s.newHead(log, text[:n]); log.head.table {
			log.head, start = nil, 0 // its columns may have changed up to there
		}
	}
	err := s.log(log, io.NewSectionReader(f, start, size-start), start, resume)
	if err != nil {
		return err
	}
	if info, err := f.Stat(); err == nil && info.Size() > size {
		grown := info.Size() - size
		s.order(func() { s.skip(log.File, size, fmt.Sprintf("it grew by %d bytes while it was read", grown)) })
	}
	return nil
}

// stream reads what can be read once only; it may be packed.
func (s *scan) stream(name string, r io.Reader, resume *Progress) error {
	if r == nil {
		return errors.New("there is no input")
	}
	return s.packed(name, resume, func(each func(string, io.Reader) error) error {
		return pack.Stream(name, interruptible{s.ctx, r}, limits, each)
	}, Log{File: name})
}

// interruptible ends reading when the scan ends. A read that waits for a
// terminal or a pipe ends with its next byte.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

// Read implements io.Reader.
func (i interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.r.Read(p)
}

// packed reads every log of an archive. One that is damaged costs itself; going
// on after an interruption passes over those that were read.
func (s *scan) packed(path string, resume *Progress, walk func(func(string, io.Reader) error) error, log Log) error {
	reached := resume == nil || resume.File == ""
	return walk(func(entry string, r io.Reader) error {
		if s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		log := log
		log.File = nameOf(path, entry)
		at := resume
		if !reached {
			if log.File != resume.File {
				return nil
			}
			reached = true
		} else if resume != nil && log.File != resume.File {
			at = nil
		}
		return s.log(log, r, 0, at)
	})
}

// nameOf is the path of a log, with its place inside for one of an archive; a
// compressed single file keeps its path.
func nameOf(path, entry string) string {
	base := filepath.Base(path)
	if path == "-" || entry == base || len(entry) < len(base) && base[:len(entry)] == entry {
		return path
	}
	return path + "/" + entry
}
