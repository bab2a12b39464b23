package rolie

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"ward/format/problem"
)

// Listed is one line of index.txt or changes.csv.
type Listed struct {
	Path string    // relative to the listing, slashes, cleaned, never leading upwards
	Time time.Time // current_release_date of changes.csv, UTC; zero in index.txt
}

// ReadIndex streams index.txt (CSAF 2.0 section 7.1.12): one relative path of
// a document a line. Empty lines are passed over; lines that are no such path
// are returned as problems. An error of fn ends the reading and is returned.
func ReadIndex(r io.Reader, lim Limits, fn func(Listed) error) ([]problem.Problem, error) {
	return readLines(r, lim, fn, func(line string) (Listed, error) {
		p, err := cleanPath(line)
		return Listed{Path: p}, err
	})
}

// ReadChanges streams changes.csv (section 7.1.13): path and time of the last
// change, quoted or not, newest first. A line whose time is unreadable is
// handed on with the zero time, and reported.
func ReadChanges(r io.Reader, lim Limits, fn func(Listed) error) ([]problem.Problem, error) {
	return readLines(r, lim, fn, changesLine)
}

var errTime = errors.New("unreadable time")

func changesLine(line string) (Listed, error) {
	c := csv.NewReader(strings.NewReader(line))
	c.TrimLeadingSpace = true
	c.FieldsPerRecord = -1
	fields, err := c.Read()
	if err != nil || len(fields) < 2 {
		return Listed{}, fmt.Errorf("no path and time: %s", problem.Clip(line))
	}
	p, err := cleanPath(fields[0])
	if err != nil {
		return Listed{}, err
	}
	t, ok := parseTime(fields[1])
	if !ok {
		return Listed{Path: p}, errTime
	}
	return Listed{Path: p, Time: t}, nil
}

// readLines is the loop of both.
func readLines(r io.Reader, lim Limits, fn func(Listed) error, parse func(string) (Listed, error)) ([]problem.Problem, error) {
	lim = lim.withDefaults()
	var f faults
	w := &window{r: r, max: lim.Entry, left: lim.Size}
	lines := bufio.NewScanner(w)
	lines.Buffer(nil, lim.Entry)
	for n := 1; lines.Scan(); n++ {
		w.mark()
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if line == "" {
			continue
		}
		if n > lim.Entries {
			return f.Problems(), &Error{Kind: ErrTooMany, Place: fmt.Sprintf("line %d", n)}
		}
		listed, err := parse(line)
		if err != nil {
			f.add(fmt.Sprintf("line %d", n), "line", "%v", err)
		}
		if listed.Path == "" {
			continue
		}
		if err := fn(listed); err != nil {
			return f.Problems(), err
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return f.Problems(), &Error{Kind: ErrTooLarge, Detail: "a line is longer than allowed"}
	} else if err != nil {
		return f.Problems(), err
	}
	return f.Problems(), nil
}

// cleanPath accepts a relative path to a JSON file below the listing: what
// leads upwards, to another host or to another kind of file is hostile or
// wrong, and a fetcher must not follow it.
func cleanPath(s string) (string, error) {
	s = strings.TrimSpace(s)
	if strings.ContainsAny(s, "\\:?#%\x00") || strings.HasPrefix(s, "/") || !strings.HasSuffix(s, ".json") {
		return "", fmt.Errorf("no relative path of a document: %s", problem.Clip(s))
	}
	p := path.Clean(s)
	if strings.HasPrefix(p, "../") || p == ".." {
		return "", fmt.Errorf("the path leads upwards: %s", problem.Clip(s))
	}
	return p, nil
}

// SecurityTxt lists the addresses of the CSAF fields of a security.txt (RFC
// 9116; CSAF 2.0 section 7.1.8), each once, in file order. Only https is
// taken, as the section asks. A signature around the text does not matter.
func SecurityTxt(r io.Reader) ([]string, error) {
	const max = 256 << 10 // RFC 9116 section 5.4 asks parsers for a bound; 32 kB is what it names as enough
	data, err := io.ReadAll(io.LimitReader(r, max+1))
	if err != nil {
		return nil, err
	}
	if len(data) > max {
		return nil, &Error{Kind: ErrTooLarge, Detail: "security.txt"}
	}
	var out []string
	seen := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		field, value, ok := strings.Cut(strings.TrimPrefix(line, "\ufeff"), ":")
		value = strings.TrimSpace(value)
		if !ok || !strings.EqualFold(strings.TrimSpace(field), "CSAF") || !strings.HasPrefix(strings.ToLower(value), "https://") || seen[value] {
			continue
		}
		seen[value] = true
		out = append(out, value)
	}
	return out, nil
}
