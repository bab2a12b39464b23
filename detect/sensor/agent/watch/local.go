package watch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ward/detect/sensor/agent/client"
	"ward/format/indicator"
	"ward/format/sigma"
)

// local reads the hospital's own lists and rules. A file that cannot be read is named
// and costs itself alone: a typing error must not blind the sensor.
func (s *Settings) local(t *target, b *indicator.Builder, rules *[]*sigma.Rule) error {
	var faults []error
	for _, path := range s.Local.Indicators {
		f, err := os.Open(path)
		if err == nil {
			var r *indicator.Report
			r, err = indicator.Read(filepath.Base(path), f, indicator.Options{}, b.Add)
			if err = errors.Join(err, f.Close()); err == nil {
				t.found.Refused += r.RefusedTotal
			}
		}
		if err != nil {
			faults = append(faults, named(path, err))
		}
	}
	s.eachRule(func(path string, err error) {
		if err == nil {
			var f *os.File
			if f, err = os.Open(path); err == nil {
				more, refused := sigma.Parse(f, path)
				*rules = append(*rules, more...)
				t.found.Refused += len(refused)
				err = f.Close()
			}
		}
		if err != nil {
			faults = append(faults, named(path, err))
		}
	})
	return errors.Join(faults...)
}

func named(path string, err error) error {
	if pe, ok := err.(*fs.PathError); ok { //nolint:errorlint // only the outermost repeats the path
		err = pe.Err
	}
	return fmt.Errorf("%s: %w", path, err)
}

// eachRule gives the files of rules, and the folders that cannot be read.
func (s *Settings) eachRule(give func(path string, err error)) {
	for _, root := range s.Local.Rules {
		_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error { // each error is given
			ext := filepath.Ext(path)
			if err != nil || !d.IsDir() && (ext == ".yml" || ext == ".yaml" || path == root) {
				give(path, err)
			}
			return nil
		})
	}
}

// localMark changes when a list or a rule on the disk does.
func (s *Settings) localMark() string {
	sum := sha256.New()
	note := func(path string, err error) {
		info, statErr := os.Stat(path)
		if err = errors.Join(err, statErr); err != nil {
			fmt.Fprintln(sum, path, err)
			return
		}
		fmt.Fprintln(sum, path, info.Size(), info.ModTime().UnixNano())
	}
	for _, path := range s.Local.Indicators {
		note(path, nil)
	}
	s.eachRule(note)
	return hex.EncodeToString(sum.Sum(nil))
}

// localEvery is how often the lists on the disk are looked at. A change is taken when
// two looks find the same: who writes a list needs a moment.
const localEvery = 2 * time.Second

// watchLocal takes the hospital's lists anew when they change.
func (w *watcher) watchLocal(ctx context.Context, used string) {
	last := used
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(localEvery):
		}
		mark := w.s.localMark()
		if mark != used && mark == last {
			if err := w.take(nil); err != nil {
				w.fault("local", err)
				continue // tried again at the next look
			}
			used = mark
			w.say("the lists and rules of [local] are taken anew")
		}
		last = mark
	}
}

// take makes what is looked for ready and hands it to the one who looks: a new bundle,
// which is stored, or, with nil, the one in use beside new lists of the hospital.
func (w *watcher) take(p *client.Pulled) error {
	w.making.Lock()
	defer w.making.Unlock()
	fresh := p != nil
	if !fresh && w.client != nil {
		p, _ = w.s.stored() // one that is damaged is pulled again
	}
	t, err := w.compile(p)
	if err != nil {
		return err
	}
	if fresh {
		if err := w.s.store(p); err != nil {
			return errors.Join(err, t.closing())
		}
	}
	w.next.offer(t)
	return nil
}

// compile makes a target, names what of the local lists cannot be read, and lists what
// the memory can be asked for.
func (w *watcher) compile(p *client.Pulled) (*target, error) {
	t, err := w.s.compile(p)
	if err != nil {
		return nil, err
	}
	w.fault("local", t.faults)
	if w.retro != nil && t.index != nil {
		err = t.index.Each(func(in indicator.Indicator) error {
			if len(in.All) == 0 {
				t.set = append(t.set, w.retro.Key(in))
			}
			return nil
		})
		t.order()
	}
	if err != nil {
		return nil, errors.Join(err, t.closing())
	}
	return t, nil
}
