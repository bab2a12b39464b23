package watch

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ward/detect/sensor/agent/client"
)

// entry is one line of the journal in the form of a log file, and where it stands.
type entry struct {
	line   []byte
	cursor string
}

// journal reads the journal by its own program, from a cursor on, until ctx ends.
// The program is started again when it ends. It waits when nobody takes: the
// journal keeps what is not read.
func (s *Settings) journal(ctx context.Context, cursor string, out chan<- entry, state func(error)) {
	var wait client.Wait
	var well atomic.Bool
	for ctx.Err() == nil {
		err := s.journalOnce(ctx, &cursor, out, func() { state(nil); well.Store(true) })
		if ctx.Err() != nil {
			return
		}
		if well.Swap(false) {
			wait.OK()
		}
		if err == nil {
			err = errors.New("it ended")
		}
		state(fmt.Errorf("%s: %w", s.Journal.Program, err))
		select {
		case <-ctx.Done():
		case <-time.After(wait.Failed(nil)):
		}
	}
}

// maxEntry bounds one entry.
const maxEntry = 1 << 20

func (s *Settings) journalOnce(ctx context.Context, cursor *string, out chan<- entry, well func()) error {
	// Without --all a text over 4 KiB comes as null (journalctl(1), "-a").
	args := []string{"--follow", "--no-tail", "--no-pager", "--all", "--output=json", "--output-fields=MESSAGE,_HOSTNAME,SYSLOG_IDENTIFIER,_PID,_COMM"}
	if *cursor != "" {
		args = append(args, "--after-cursor="+*cursor)
	}
	for _, u := range s.Journal.Units {
		args = append(args, "--unit="+u)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	c := exec.CommandContext(ctx, s.Journal.Program, args...)
	pipe, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	said := &lastLine{}
	c.Stderr = said
	if err := c.Start(); err != nil {
		return err
	}
	quiet := time.AfterFunc(settled, well) // nothing to tell, and no trouble
	defer quiet.Stop()
	in := bufio.NewReaderSize(pipe, 64<<10)
	var reading error
	for reading == nil {
		var text []byte
		var e entry
		var ok, whole bool
		if text, whole, reading = line(in); whole {
			e, ok = journalEntry(text)
		} else {
			e, ok = journalHead(text)
		}
		if !ok {
			continue
		}
		select {
		case out <- e:
			if *cursor = e.cursor; quiet.Stop() {
				well()
			}
		case <-ctx.Done():
		}
	}
	stop()
	err = c.Wait()
	if text := said.String(); text != "" && err != nil {
		err = fmt.Errorf("%w: %s", err, text)
	}
	if errors.Is(reading, io.EOF) || errors.Is(reading, os.ErrClosed) {
		reading = nil
	}
	return errors.Join(reading, err)
}

// line reads up to a line's end, or the first maxEntry bytes of one that is longer: it
// must not be asked for again and again.
func line(in *bufio.Reader) (text []byte, whole bool, err error) {
	for whole = true; ; {
		part, err := in.ReadSlice('\n')
		if len(text)+len(part) > maxEntry {
			whole = false
			part = part[:maxEntry-len(text)]
		}
		if text = append(text, part...); !errors.Is(err, bufio.ErrBufferFull) {
			return text, whole, err
		}
	}
}

// journalHead takes an entry that is too long: what there is of it is looked at as it
// stands, if it says where it is.
func journalHead(text []byte) (entry, bool) {
	_, rest, _ := bytes.Cut(text[:min(len(text), 4096)], []byte(`"__CURSOR"`))
	var cursor string
	if json.NewDecoder(bytes.NewReader(bytes.TrimLeft(rest, " :"))).Decode(&cursor) != nil || cursor == "" || len(cursor) > 1024 {
		return entry{}, false
	}
	return entry{line: append(text, '\n'), cursor: cursor}, true
}

// settled is how long the program must run without a word to be called well.
const settled = 10 * time.Second

// lastLine keeps the last line that a program says, as the reason why it ended.
type lastLine struct {
	mu   sync.Mutex
	text []byte
}

// Write implements io.Writer.
func (l *lastLine) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	l.text = l.text[max(0, len(l.text)-300):]
	return len(p), nil
}

func (l *lastLine) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := bytes.TrimSpace(l.text)
	return string(bytes.ToValidUTF8(text[bytes.LastIndexByte(text, '\n')+1:], nil))
}

// journalEntry makes of an entry the line that rsyslog would have written of it,
// which the reader of syslog knows. An entry without a cursor is none.
func journalEntry(data []byte) (entry, bool) {
	var j struct {
		Cursor  string          `json:"__CURSOR"`
		Time    string          `json:"__REALTIME_TIMESTAMP"` // microseconds
		Message json.RawMessage `json:"MESSAGE"`
		Host    string          `json:"_HOSTNAME"`
		Name    string          `json:"SYSLOG_IDENTIFIER"`
		Comm    string          `json:"_COMM"`
		PID     string          `json:"_PID"`
	}
	if json.Unmarshal(data, &j) != nil || j.Cursor == "" || len(j.Cursor) > 1024 {
		return entry{}, false
	}
	var text string
	if json.Unmarshal(j.Message, &text) != nil {
		var raw []int // what is no UTF-8 comes as numbers
		if json.Unmarshal(j.Message, &raw) == nil {
			b := make([]byte, len(raw))
			for i, n := range raw {
				b[i] = byte(n)
			}
			text = strings.ToValidUTF8(string(b), "\uFFFD")
		}
	}
	us, _ := strconv.ParseInt(j.Time, 10, 64)
	name := j.Name
	or(&name, j.Comm)
	or(&name, "-")
	host := j.Host
	or(&host, "localhost")
	if j.PID != "" {
		name += "[" + j.PID + "]"
	}
	line := fmt.Sprintf("%s %s %s: %s", time.UnixMicro(us).UTC().Format("2006-01-02T15:04:05.000000Z07:00"), word(host), word(name), text)
	return entry{line: append([]byte(strings.NewReplacer("\n", " ", "\r", " ", "\x00", " ").Replace(line)), '\n'), cursor: j.Cursor}, true
}

// word keeps a name to one word.
func word(s string) string { return strings.Join(strings.Fields(s), "_") }
