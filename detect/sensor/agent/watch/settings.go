package watch

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"ward/detect/sensor/agent/client"
	"ward/detect/sensor/agent/follow"
	"ward/detect/sensor/agent/listen"
	"ward/format/detection"
	"ward/format/indicator"
	"ward/format/logline"
	"ward/format/sigma"
)

// Settings are the sensor's file. docs/sensor.md describes it; a setting that does
// not exist is an error, as a mistyped protection is none.
type Settings struct {
	State  string // folder of positions, spool and bundle; empty: /var/lib/ward-sensor
	Sensor string // id, chosen at enrolment
	Centre Centre
	Limits Limits
	Files  []Files
	Syslog []Syslog
	// Journal reads the journal of systemd.
	Journal Journal
	Local   Local
	Retro   Retro
	// Status is the loopback address of the page; empty: none.
	Status string
	// Redact takes names, patient and insurance numbers out before anything
	// leaves. Absent means true.
	Redact *bool
}

// Centre is where bundles come from and hits go. Without a URL nothing leaves.
type Centre struct {
	URL       string
	TokenFile string   `toml:"token_file"`
	Key       string   // pinned, in base64
	Allow     []string // private networks that it may lie in
	Every     Duration // between two pulls; zero: 5m
	SendEvery Duration `toml:"send_every"` // zero: 30s
	// Send hands hits over. Absent means true; false keeps them in the spool.
	Send *bool
}

// Limits keep the sensor from what others need.
type Limits struct {
	CPUs     int      // processors at the same time; zero: 1
	Memory   Bytes    // soft bound of the Go heap; zero: 256M
	Nice     int      // 0 to 19; zero: 10
	Spool    Bytes    // zero: 256M
	SpoolAge Duration `toml:"spool_age"` // zero: 720h
	Queue    int      // messages of syslog that wait; zero: 10000
}

// Files are logs that are followed.
type Files struct {
	Paths   []string
	Format  string // as --log-format of ward scan; empty: found out
	Zone    string // of times that state none; empty: UTC
	FromEnd bool   `toml:"from_end"` // passes over what is there at the first start
}

// Syslog is one listener.
type Syslog struct {
	Listen    string
	Cert, Key string // PEM files, for tls://
}

// Journal says whether the journal is read.
type Journal struct {
	Read    bool
	Units   []string // empty: all
	Program string   // empty: journalctl
}

// Retro remembers what was seen, as salted hashes, for indicators to come.
type Retro struct {
	Off  bool
	Days int   // zero: 90
	Size Bytes // of all files; zero: 1G
}

// Local are the hospital's own lists beside the bundle.
type Local struct {
	Indicators, Rules []string
}

// Duration is written as "30s" or "5m".
type Duration time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(b []byte) error {
	x, err := time.ParseDuration(string(b))
	if err == nil && x <= 0 {
		err = errors.New("want a span above zero")
	}
	*d = Duration(x)
	return err
}

// Bytes is written as "256M".
type Bytes int64

// UnmarshalText implements encoding.TextUnmarshaler.
func (n *Bytes) UnmarshalText(b []byte) error {
	var x int64
	var unit string
	if _, err := fmt.Sscanf(string(b), "%d%s", &x, &unit); err != nil && x == 0 {
		return fmt.Errorf("%q is no size such as 256M", b)
	}
	shift, ok := map[string]int{"": 0, "K": 10, "M": 20, "G": 30}[strings.ToUpper(unit)]
	if !ok || x <= 0 || x > 1<<30 {
		return fmt.Errorf("%q is no size such as 256M", b)
	}
	*n = Bytes(x << shift)
	return nil
}

// DefaultState is the folder of a sensor that names none.
const DefaultState = "/var/lib/ward-sensor"

const maxSettings = 1 << 20

// Read reads the settings of a file strictly and checks them.
func Read(path string) (*Settings, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	text, err := io.ReadAll(io.LimitReader(f, maxSettings+1))
	if err != nil {
		return nil, err
	}
	s, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// Parse reads the text of settings.
func Parse(text []byte) (*Settings, error) {
	if len(text) > maxSettings {
		return nil, errors.New("longer than 1 MiB")
	}
	s := &Settings{}
	meta, err := toml.Decode(string(text), s)
	if err != nil {
		return nil, err
	}
	if more := meta.Undecoded(); len(more) > 0 {
		return nil, fmt.Errorf("there is no setting %q", more[0].String())
	}
	s.defaults()
	return s, s.check()
}

func or[T comparable](v *T, fallback T) {
	var zero T
	if *v == zero {
		*v = fallback
	}
}

func (s *Settings) defaults() {
	yes := true
	or(&s.State, DefaultState)
	or(&s.Redact, &yes)
	or(&s.Centre.Send, &yes)
	or(&s.Centre.Every, Duration(5*time.Minute))
	or(&s.Centre.SendEvery, Duration(30*time.Second))
	or(&s.Limits.CPUs, 1)
	or(&s.Limits.Memory, 256<<20)
	or(&s.Limits.Nice, 10)
	or(&s.Limits.Spool, 256<<20)
	or(&s.Limits.SpoolAge, Duration(30*24*time.Hour))
	or(&s.Limits.Queue, 10_000)
	or(&s.Journal.Program, "journalctl")
}

func (s *Settings) check() error {
	if len(s.Files) == 0 && len(s.Syslog) == 0 && !s.Journal.Read {
		return errors.New("nothing to read: give [[files]], [[syslog]] or [journal]")
	}
	if s.Centre.URL == "" && len(s.Local.Indicators)+len(s.Local.Rules) == 0 {
		return errors.New("nothing to look for: give [centre] (ward sensor enroll writes it) or [local]")
	}
	if s.Centre.URL != "" {
		if _, err := s.pinned(); err != nil {
			return fmt.Errorf("centre.key: %w; ward sensor enroll writes it", err)
		}
		if s.Centre.TokenFile == "" || s.Sensor == "" {
			return errors.New("centre.token_file and sensor are needed; ward sensor enroll writes them")
		}
	}
	if _, err := s.allow(); err != nil {
		return err
	}
	if s.Limits.Nice < 0 || s.Limits.Nice > 19 || s.Limits.CPUs < 0 || s.Limits.Queue < 1 || s.Limits.Queue > 1_000_000 || s.Retro.Days < 0 || s.Retro.Days > 3660 || s.Limits.Memory < 64<<20 {
		return errors.New("limits: nice is 0 to 19, queue 1 to 1000000, memory at least 64M")
	}
	if s.Status != "" {
		if a, err := netip.ParseAddrPort(s.Status); err != nil || !a.Addr().IsLoopback() {
			return fmt.Errorf("status %q is no address of this machine such as 127.0.0.1:9117", s.Status)
		}
	}
	for _, l := range s.Syslog {
		scheme, _, err := listen.Check(l.Listen)
		if err != nil {
			return err
		}
		if scheme == "tls" && (l.Cert == "" || l.Key == "") {
			return fmt.Errorf("syslog %s: cert and key are needed", l.Listen)
		}
	}
	_, err := s.patterns()
	return err
}

func (s *Settings) pinned() (ed25519.PublicKey, error) { return detection.ParseKey(s.Centre.Key) }

func (s *Settings) allow() (out []netip.Prefix, err error) {
	for _, a := range s.Centre.Allow {
		p, err := netip.ParsePrefix(a)
		if err != nil {
			return nil, fmt.Errorf("centre.allow: %q is no network such as 10.1.0.0/16", a)
		}
		out = append(out, p)
	}
	return out, nil
}

// patterns are what is followed.
func (s *Settings) patterns() (all []follow.Pattern, err error) {
	for _, f := range s.Files {
		if f.Format == "auto" {
			f.Format = ""
		}
		if f.Format != "" && !logline.Known(f.Format) {
			return nil, fmt.Errorf("files: %q is no format of logs (docs/logs.md)", f.Format)
		}
		zone, err := time.LoadLocation(f.Zone)
		if err != nil {
			return nil, fmt.Errorf("files: %q is no zone of the IANA database", f.Zone)
		}
		for _, p := range f.Paths {
			if _, err := filepath.Match(p, ""); err != nil || !filepath.IsAbs(p) {
				return nil, fmt.Errorf("files: %q is no absolute path or pattern", p)
			}
			all = append(all, follow.Pattern{Path: p, Format: logline.Format(f.Format), Zone: zone, FromEnd: f.FromEnd})
		}
	}
	return all, nil
}

// Troubles are what a run would name and go on without: lists of the hospital and
// certificates that cannot be read.
func (s *Settings) Troubles() (out []error) {
	var b indicator.Builder
	var rules []*sigma.Rule
	if err := s.local(&target{}, &b, &rules); err != nil {
		out = append(out, err)
	}
	for i := range s.Syslog {
		if _, err := s.Syslog[i].certificate(); err != nil {
			out = append(out, fmt.Errorf("syslog %s: %w", s.Syslog[i].Listen, err))
		}
	}
	return out
}

// RetroDir is the folder of what was seen.
func (s *Settings) RetroDir() string { return filepath.Join(s.State, "retro") }

// token reads the file of the token.
func (s *Settings) token() (string, error) {
	b, err := os.ReadFile(s.Centre.TokenFile)
	if err != nil {
		return "", err
	}
	t := strings.TrimSpace(string(b))
	if t == "" || len(t) > 4096 || strings.ContainsAny(t, "\r\n") {
		return "", fmt.Errorf("%s holds no token", s.Centre.TokenFile)
	}
	return t, nil
}

// ClientConfig is how the Centre is spoken with, without its key, which enrolment
// only asks for.
func (s *Settings) ClientConfig(version string) (client.Config, error) {
	allow, err := s.allow()
	if err != nil {
		return client.Config{}, err
	}
	token, err := s.token()
	if err != nil {
		return client.Config{}, err
	}
	return client.Config{URL: s.Centre.URL, Token: token, Sensor: detection.Sensor{ID: s.Sensor, Version: version}, Allow: allow}, nil
}

// Client speaks with the Centre of the settings and believes its pinned key.
func (s *Settings) Client(version string) (*client.Client, error) {
	cfg, err := s.ClientConfig(version)
	if err != nil {
		return nil, err
	}
	if cfg.Key, err = s.pinned(); err != nil {
		return nil, err
	}
	return client.New(cfg)
}
