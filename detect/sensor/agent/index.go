package agent

import (
	"errors"
	"fmt"
	"io"
	"os"

	"ward/format/indicator"
)

// OpenIndex maps a compiled index; shrink is for Config.Shrink, closing ends its use. An index that is
// replaced must be replaced by renaming, as WriteFile does: one that is written
// over while it is mapped may end the process.
func OpenIndex(path string) (x *indicator.Index, shrink func(), closing func() error, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, nil, err
	}
	defer f.Close() //nolint:errcheck // the mapping outlives it
	info, err := f.Stat()
	if err != nil {
		return nil, nil, nil, err
	}
	if info.Size() == 0 || info.Size() != int64(int(info.Size())) {
		return nil, nil, nil, fmt.Errorf("%s: %w", path, indicator.ErrNoIndex)
	}
	data, shrink, closing, err := mapFile(f, int(info.Size()))
	if err != nil {
		return nil, nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	if x, err = indicator.Open(data); err != nil {
		return nil, nil, nil, fmt.Errorf("%s: %w", path, errors.Join(err, closing()))
	}
	x.Keep(func(size int) []byte {
		memory, free := large(size)
		mapped := closing
		closing = func() error { return errors.Join(mapped(), free()) }
		return memory
	})
	shrink() // of what was copied no page is needed any more
	return x, shrink, closing, nil
}

// IsIndex reports whether a file is a compiled index.
func IsIndex(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // read only
	head := make([]byte, 16)
	n, _ := io.ReadFull(f, head)
	return indicator.IsIndex(head[:n])
}
