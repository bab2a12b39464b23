package watch

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
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
	for ctx.Err() == nil {
		err := s.journalOnce(ctx, &cursor, out, func() { state(nil); wait.OK() })
		if ctx.Err() != nil {
			return
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
	args := []string{"--follow", "--no-tail", "--no-pager", "--output=json", "--output-fields=MESSAGE,_HOSTNAME,SYSLOG_IDENTIFIER,_PID,_COMM"}
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
	if err := c.Start(); err != nil {
		return err
	}
	well()
	sc := bufio.NewScanner(pipe)
	sc.Buffer(make([]byte, 64<<10), maxEntry)
	for sc.Scan() {
		e, ok := journalEntry(sc.Bytes())
		if !ok {
			continue
		}
		select {
		case out <- e:
			*cursor = e.cursor
		case <-ctx.Done():
		}
	}
	stop()
	return errors.Join(sc.Err(), c.Wait())
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
