package watch

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"ward/detect/sensor/agent"
	"ward/detect/sensor/agent/eventlog"
	"ward/detect/sensor/agent/follow"
	"ward/detect/sensor/agent/spool"
	"ward/format/detection"
)

// Status is what the hospital sees of its sensor.
type Status struct {
	Version string       `json:"version"`
	Sensor  string       `json:"sensor,omitempty"`
	At      time.Time    `json:"at"`
	Uptime  int64        `json:"uptime_seconds"`
	Target  Target       `json:"target"`
	Lines   int64        `json:"lines"`
	Hits    int64        `json:"hits"`
	Dropped int64        `json:"dropped"`
	Sent    int64        `json:"sent"`    // taken by the Centre, of this run
	Refused int64        `json:"refused"` // by the Centre
	Spool   spool.Stats  `json:"spool"`
	Files   follow.Stats `json:"files"`
	// Events are those of binary event logs.
	Events eventlog.Stats `json:"events"`
	// Recalled is what new lists brought that had been seen before.
	Recalled Recalled          `json:"recalled"`
	Faults   map[string]string `json:"faults"` // what goes wrong now, by part
}

// StatusFile is where it lies in the folder of the state.
const StatusFile = "status.json"

const statusEvery = 10 * time.Second

// fault notes what goes wrong with a part, or that nothing does.
func (w *watcher) fault(part string, err error) {
	text := ""
	if err != nil {
		text = err.Error()
	}
	w.mu.Lock()
	old := w.status.Faults[part]
	if text == "" {
		delete(w.status.Faults, part)
	} else {
		w.status.Faults[part] = text
	}
	w.mu.Unlock()
	if text != old && text != "" {
		w.say(part + ": " + text)
	}
	if old != "" && text == "" {
		w.say(part + ": well again")
	}
}

func (w *watcher) snapshot() Status {
	st := w.spool.Stats()
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.status
	s.Faults = maps.Clone(w.status.Faults)
	s.Version, s.Sensor, s.At, s.Spool = w.cfg.Version, w.s.Sensor, w.cfg.Now(), st
	s.Uptime = max(0, int64(s.At.Sub(w.began)/time.Second))
	return s
}

// publish writes the status file.
func (w *watcher) publish() {
	data, err := json.MarshalIndent(w.snapshot(), "", "  ")
	if err == nil {
		err = agent.WriteFile(filepath.Join(w.s.State, StatusFile), data)
	}
	if err != nil {
		w.say("the status cannot be written: " + err.Error())
	}
}

func (w *watcher) tellStatus(ctx context.Context) {
	for {
		w.publish()
		select {
		case <-ctx.Done():
			return
		case <-time.After(cmp.Or(w.cfg.StatusEvery, statusEvery)):
		}
	}
}

// serve shows the status to this machine. It returns when it cannot any more.
func (w *watcher) serve(ctx context.Context) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.snapshot().Write(rw)
	})
	mux.HandleFunc("GET /status.json", func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(rw).Encode(w.snapshot()) // whoever asked has gone
	})
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", w.s.Status)
	if err != nil {
		return err
	}
	w.fault("status page", nil)
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second, MaxHeaderBytes: 8 << 10}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stop()
	return srv.Serve(l)
}

// ReadStatus reads the file of a sensor, running or not.
func ReadStatus(state string) (Status, error) {
	var s Status
	data, err := os.ReadFile(filepath.Join(state, StatusFile))
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(data, &s)
}

// Write prints a status for people.
func (s Status) Write(out io.Writer) {
	fmt.Fprintf(out, "ward sensor %s, %s\nas of %s, running for %s\n\n", s.Version, s.Sensor, s.At.Format(stamp), time.Duration(s.Uptime)*time.Second)
	t := s.Target
	if t.Bundle != "" {
		fmt.Fprintf(out, "bundle   %s of %s, issued %s, good until %s\n", t.Bundle, t.Centre, t.Issued, t.Expires)
	}
	fmt.Fprintf(out, "looks for %d indicators and %d rules; %d cannot be used, %d left out as harmless\n", t.Indicators, t.Rules, t.Refused, t.Benign)
	fmt.Fprintf(out, "lines    %d in all; %d files are followed, %d rests of rotated logs were not found\n", s.Lines, s.Files.Files, s.Files.Lost)
	if e := s.Events; e.Files > 0 {
		fmt.Fprintf(out, "events   %d event logs are followed; %d events were gone before they were read, %d could not be read\n", e.Files, e.Lost, e.Damaged)
		if e.Note != "" {
			fmt.Fprintf(out, "         %s\n", e.Note)
		}
	}
	fmt.Fprintf(out, "hits     %d in all; %d wait to be sent, %d sent since the start, %d refused by the Centre\n", s.Hits, s.Spool.Waiting, s.Sent, s.Refused)
	for _, l := range s.Recalled.lines() {
		fmt.Fprintln(out, l)
	}
	fmt.Fprintf(out, "lost     %d messages or hits to a bound\n", s.Dropped)
	for _, part := range slices.Sorted(maps.Keys(s.Faults)) {
		fmt.Fprintf(out, "trouble  %s: %s\n", part, s.Faults[part])
	}
}

// sources are the kinds of what is read, for the Centre: no names.
func (s Status) sources(set *Settings) (out []detection.Source) {
	add := func(kind, part string, waiting bool) {
		state := detection.StateOK
		if waiting {
			state = detection.StateWaiting
		}
		if s.Faults[part] != "" {
			state = detection.StateFailing
		}
		out = append(out, detection.Source{Kind: kind, State: state})
	}
	if len(set.Files) > 0 {
		add("file", "files", s.Files.Files+s.Events.Files == 0)
	}
	if set.Journal.Read {
		add("journal", "journal", false)
	}
	for _, l := range set.Syslog {
		add("syslog", "syslog "+l.Listen, false)
	}
	return out
}
