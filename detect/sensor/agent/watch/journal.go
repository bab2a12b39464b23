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

	"ward/detect/sensor/agent"
	"ward/detect/sensor/agent/client"
	"ward/format/plain"
)

// entry is one line of the journal in the form of a log file, and where it stands. An
// entry that is too long for one comes in parts, of which the last alone has the cursor.
type entry struct {
	line   []byte
	cursor string
	part   bool
}

// journal reads the journal by its own program, from a cursor on, until ctx ends.
// The program is started again when it ends. It waits when nobody takes: the
// journal keeps what is not read.
func (s *Settings) journal(ctx context.Context, cursor string, out chan<- entry, state func(error)) {
	var wait client.Wait
	at := place{cursor: cursor}
	var well atomic.Bool
	for ctx.Err() == nil {
		err := s.journalOnce(ctx, &at, out, func() { state(nil); well.Store(true) })
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

// place is how far the journal was read.
type place struct {
	cursor string // of the last entry
	// begun is the entry behind it of which parts were given on before the program
	// ended, and given their bytes: they are not given twice.
	begun string
	given int
}

func (s *Settings) journalOnce(ctx context.Context, p *place, out chan<- entry, well func()) error {
	// Without --all a text over 4 KiB comes as null (journalctl(1), "-a").
	args := []string{"--follow", "--no-tail", "--no-pager", "--all", "--output=json", "--output-fields=MESSAGE,_HOSTNAME,SYSLOG_IDENTIFIER,_PID,_COMM"}
	if p.cursor != "" {
		args = append(args, "--after-cursor="+p.cursor)
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
	c.Stderr, c.WaitDelay = said, time.Second
	if err := c.Start(); err != nil {
		return err
	}
	// What the program started in its turn may hold its output open behind its end.
	defer context.AfterFunc(ctx, func() { _ = pipe.Close() })()
	quiet := time.AfterFunc(settled, well) // nothing to tell, and no trouble
	defer quiet.Stop()
	in := bufio.NewReaderSize(pipe, 64<<10)
	var reading error
	for reading == nil {
		var text []byte
		var whole bool
		text, whole, reading = line(in, nil)
		if whole {
			if e, ok := journalEntry(text); ok && give(ctx, out, e) {
				if p.cursor = e.cursor; quiet.Stop() {
					well()
				}
			}
			continue
		}
		at := cursorOf(text)
		if at == "" || at != p.begun {
			p.begun, p.given = at, 0
		}
		passed := 0
		for !whole && reading == nil {
			n := agent.Cut(text)
			if from := min(max(0, p.given-passed), n); from < n {
				give(ctx, out, entry{line: bytes.Clone(text[from:n]), part: true})
			}
			passed += n
			p.given = max(p.given, passed)
			text, whole, reading = line(in, text[n:])
		}
		if last := (entry{line: text, cursor: at, part: true}); whole && reading == nil && at != "" && give(ctx, out, last) {
			p.cursor = at
		}
	}
	if errors.Is(reading, io.EOF) {
		// It is ending by itself, and how it ends is its own word.
		defer time.AfterFunc(ending, stop).Stop()
	} else {
		stop()
	}
	err = c.Wait()
	if text := said.String(); text != "" && err != nil {
		err = fmt.Errorf("%w: %s", err, text)
	}
	if errors.Is(reading, io.EOF) || errors.Is(reading, os.ErrClosed) {
		reading = nil
	}
	return errors.Join(reading, err)
}

// give hands an entry on, false when ctx ends first.
func give(ctx context.Context, out chan<- entry, e entry) bool {
	select {
	case out <- e:
		return true
	case <-ctx.Done():
		return false
	}
}

// line goes on with text up to a line's end, or up to maxEntry bytes of one that is
// longer.
func line(in *bufio.Reader, rest []byte) (text []byte, whole bool, err error) {
	text = bytes.Clone(rest)
	for len(text) < maxEntry {
		part, err := in.ReadSlice('\n')
		if text = append(text, part...); !errors.Is(err, bufio.ErrBufferFull) {
			return text, true, err
		}
	}
	return text, false, nil
}

// cursorOf says where an entry stands that is too long to be read as one: its parts are
// looked at as they stand.
func cursorOf(text []byte) string {
	_, rest, _ := bytes.Cut(text[:min(len(text), 4096)], []byte(`"__CURSOR"`))
	var cursor string
	if json.NewDecoder(bytes.NewReader(bytes.TrimLeft(rest, " :"))).Decode(&cursor) != nil || len(cursor) > 1024 {
		return ""
	}
	return cursor
}

// ending is how long a program may go on that has closed its output.
const ending = 5 * time.Second

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
		Time    json.RawMessage `json:"__REALTIME_TIMESTAMP"` // microseconds
		Message json.RawMessage `json:"MESSAGE"`
		Host    json.RawMessage `json:"_HOSTNAME"`
		Name    json.RawMessage `json:"SYSLOG_IDENTIFIER"`
		Comm    json.RawMessage `json:"_COMM"`
		PID     json.RawMessage `json:"_PID"`
	}
	if json.Unmarshal(data, &j) != nil || j.Cursor == "" || len(j.Cursor) > 1024 {
		return entry{}, false
	}
	us, _ := strconv.ParseInt(journalText(j.Time), 10, 64)
	name, pid, host := journalText(j.Name), journalText(j.PID), journalText(j.Host)
	or(&name, journalText(j.Comm))
	or(&name, "-")
	or(&host, "localhost")
	if pid != "" {
		name += "[" + pid + "]"
	}
	line := fmt.Sprintf("%s %s %s: %s", time.UnixMicro(us).UTC().Format("2006-01-02T15:04:05.000000Z07:00"), word(host), word(name), journalText(j.Message))
	return entry{line: append([]byte(strings.NewReplacer("\n", " ", "\r", " ", "\x00", " ").Replace(line)), '\n'), cursor: j.Cursor}, true
}

// journalText reads a value: a text, the numbers of its bytes where it is no UTF-8, or a
// list of such where a program has given the field more than once (systemd, "Journal JSON
// Format"). Any program may do so with its name.
func journalText(raw json.RawMessage) string {
	var list []json.RawMessage
	if text, ok := journalValue(raw); ok || json.Unmarshal(raw, &list) != nil {
		return text
	}
	var texts []string
	for _, x := range list {
		if text, ok := journalValue(x); ok {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, " ")
}

// journalValue reads a text or the numbers of its bytes.
func journalValue(raw json.RawMessage) (text string, ok bool) {
	if json.Unmarshal(raw, &text) == nil {
		return text, true
	}
	var numbers []int
	if json.Unmarshal(raw, &numbers) != nil {
		return "", false
	}
	b := make([]byte, len(numbers))
	for i, n := range numbers {
		b[i] = byte(n)
	}
	return plain.Decoded(string(b)), true
}

// word keeps a name to one word.
func word(s string) string { return strings.Join(strings.Fields(s), "_") }
