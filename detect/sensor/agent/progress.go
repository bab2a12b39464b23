package agent

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ProgressSchema is the version of the file that --resume names.
const ProgressSchema = "ward.scan-progress/1"

// Progress is where a scan is: what stands before it is covered, and its hits
// have been told.
type Progress struct {
	Schema string `json:"schema"`
	// What tells scans apart: paths, lists and rules. A scan goes on only where it
	// would do the same.
	What string `json:"what"`
	// Target is the number of the file among those found, File the log inside of
	// it. Targets before it are done.
	Target int    `json:"target"`
	Path   string `json:"path"`
	File   string `json:"file"`
	Offset int64  `json:"offset"`
	Line   int64  `json:"line"` // line feeds before Offset
	// Ended says that the log was read to its end and is counted: the scan stopped
	// before it came to the next.
	Ended bool `json:"ended,omitempty"`
	// Size is that of the file when it was opened; a shorter one has been replaced.
	Size int64 `json:"size"`

	Done  int64 `json:"done"`  // bytes of targets behind, for showing progress
	Total int64 `json:"total"` // bytes of all targets
	// Covered is what the scan had done before.
	Covered Summary `json:"covered"`
}

// Errors of ReadProgress.
var (
	ErrProgress = errors.New("not a file of an interrupted scan")
	ErrOther    = errors.New("it belongs to a scan of other logs, lists or rules")
)

// ReadProgress reads the file of an interrupted scan; fs.ErrNotExist says that
// there is none and the scan begins at the beginning.
func ReadProgress(path, what string) (*Progress, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	p := &Progress{}
	if err := json.Unmarshal(data, p); err != nil || p.Schema != ProgressSchema || p.Offset < 0 || p.Target < 0 {
		return nil, fmt.Errorf("%s: %w", path, ErrProgress)
	}
	if p.What != what {
		return nil, fmt.Errorf("%s: %w", path, ErrOther)
	}
	return p, nil
}

// Write replaces the file as a whole, so that a kill at any moment leaves the
// old or the new one.
func (p *Progress) Write(path string) error {
	data, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	return WriteFile(path, data)
}

// WriteFile writes beside the path and renames, so that a reader, or a power
// failure, never meets half a file.
func WriteFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".ward-*")
	if err != nil {
		var named *fs.PathError
		if errors.As(err, &named) { // the name that a person gave
			named.Path = path
		}
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // gone when all went well
	if _, err = f.Write(data); err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
