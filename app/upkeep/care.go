package upkeep

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ward"
	"ward/base/account"
	"ward/base/home"
	"ward/base/registry"
	"ward/detect/advisory/harvest"
	"ward/kit/db"
)

// Care is what a house needs from people, and does not get by itself.
type Care struct {
	Sources    []FailingSource
	Operators  int
	Unproven   []string // names of operators who sign in with a password alone
	Saved      Saved    // last backup
	SavedFault string   // why its note cannot be read
}

// FailingSource is a source of advisories that brings nothing.
type FailingSource struct {
	Name    string
	Fails   int // in a row
	Since   time.Time
	Problem string
}

// Saved is the note that a backup leaves in the data folder.
type Saved struct {
	At      time.Time `json:"at"`
	File    string    `json:"file"`    // "-" when it went to a pipe
	Checked bool      `json:"checked"` // it was read again
}

// savedNote is its file; an archive leaves it out.
const savedNote = "last-backup.json"

// NoteSaved keeps that a backup was made, for the doctor.
func NoteSaved(cfg Config, s Saved) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	path := filepath.Join(cfg.Data, savedNote)
	if err := os.WriteFile(path+".part", text, 0o600); err != nil {
		return ward.Wrap("note backup", err)
	}
	return ward.Wrap("note backup", os.Rename(path+".part", path))
}

func readSaved(folder string) (s Saved, fault string) {
	text, err := os.ReadFile(filepath.Join(folder, savedNote))
	if errors.Is(err, fs.ErrNotExist) {
		return s, ""
	}
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	return s, plain(err)
}

func (f *Facts) readCare(ctx context.Context, d *db.DB) error {
	failing, err := harvest.ReadFailing(ctx, d)
	if err != nil {
		return err
	}
	for _, s := range failing {
		since := s.Succeeded
		if since.IsZero() {
			since = s.Created
		}
		f.Care.Sources = append(f.Care.Sources, FailingSource{Name: s.Name, Fails: s.Fails, Since: since, Problem: s.Problem})
	}
	operators, err := registry.ReadHolders(ctx, d, ward.RoleOperator)
	if err != nil {
		return err
	}
	people := make([]ward.PersonID, len(operators))
	for i, o := range operators {
		people[i] = o.Person
	}
	bare, err := account.ReadPasswordOnly(ctx, d, people)
	for _, o := range operators {
		for _, p := range bare {
			if p == o.Person {
				f.Care.Unproven = append(f.Care.Unproven, o.Name)
			}
		}
	}
	f.Care.Operators = len(operators)
	return err
}

// lookAtACME reads what an authority gave for the first name of the settings.
func (f *Facts) lookAtACME(ctx context.Context, cfg Config, d *db.DB) {
	if len(cfg.TLS.ACME.Domains) == 0 || cfg.Demo {
		return
	}
	key, err := os.ReadFile(filepath.Join(cfg.Data, "account.key"))
	if err != nil {
		f.TLSFault = plain(err)
		return
	}
	store, err := home.NewCertificates(d, key, cfg.Clock)
	var text []byte
	if err == nil {
		text, err = store.Get(ctx, cfg.TLS.ACME.Domains[0])
	}
	if err != nil {
		f.TLSFault = "the ACME authority gave none yet for " + cfg.TLS.ACME.Domains[0]
		if ward.CodeOf(err) != ward.NotFound {
			f.TLSFault = plain(err)
		}
		return
	}
	f.TLSEnds, err = leafEnd(text)
	f.TLSFault = plain(err)
}

// leafEnd is the end of the first certificate in PEM text with a key before it.
func leafEnd(text []byte) (time.Time, error) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		leaf, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return time.Time{}, err
		}
		return leaf.NotAfter, nil
	}
	return time.Time{}, errors.New("there is no certificate in what the authority gave")
}

// visitSite shakes hands with the site as a browser does: for a certificate that
// a proxy holds.
func visitSite(ctx context.Context, host, port string) (ends time.Time, fault string) {
	if port == "" {
		port = "443"
	}
	conn, err := (&tls.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return ends, plain(err)
	}
	defer conn.Close() //nolint:errcheck // nothing was sent
	if t, ok := conn.(*tls.Conn); ok {
		ends = t.ConnectionState().PeerCertificates[0].NotAfter
	}
	return ends, ""
}

// care judges what people have to do.
func (j *judge) care() {
	j.failedWork()
	j.sources()
	j.operators()
	j.saved()
}

func (j *judge) failedWork() {
	if s := j.facts.Jobs; j.usable() && s.Buried > 0 {
		j.say("failed work", Notice, "the page Operations: look at each and try it again", "%d jobs used up their attempts: %s", s.Buried, strings.Join(s.Kinds, ", "))
	}
}

// sourceDays is how long a source may bring nothing before that is a hole in what
// hospitals are told.
const sourceDays = 3

func (j *judge) sources() {
	if !j.usable() {
		return
	}
	for _, s := range j.facts.Care.Sources {
		state, days := Notice, int(j.facts.Now.Sub(s.Since).Hours()/24)
		if days >= sourceDays {
			state = Broken
		}
		j.say("source "+s.Name, state, "the page Sources: mend the address, or pause it", "the last success is %d days old, failures in a row: %d: %s", days, s.Fails, s.Problem)
	}
	if len(j.facts.Care.Sources) == 0 {
		j.say("sources", Good, "", "none of them fails")
	}
}

func (j *judge) operators() {
	c := j.facts.Care
	switch {
	case !j.usable() || c.Operators == 0:
	case len(c.Unproven) > 0:
		j.say("second factor", Notice, "they sign in and add a code or a passkey under Your account",
			"%d of %d operators have none: %s", len(c.Unproven), c.Operators, strings.Join(c.Unproven, ", "))
	default:
		j.say("second factor", Good, "", "no operator signs in with a password alone")
	}
}

// savedDays is two nights: one may fail and be seen. After savedLong days a loss
// of the disk is a loss of work that nobody can type again.
const (
	savedDays = 2
	savedLong = 14
)

func (j *judge) saved() {
	c := j.facts.Care
	if !j.usable() {
		return
	}
	days := int(j.facts.Now.Sub(c.Saved.At).Hours() / 24)
	next := "ward backup /another/disk/ward-$(date +%F).ward, each night"
	switch where := c.Saved.File; {
	case c.SavedFault != "":
		j.say("backup", Notice, next, "the note of the last one cannot be read: %s", c.SavedFault)
	case c.Saved.At.IsZero():
		j.say("backup", Notice, next, "none was made from this data folder")
	case days >= savedDays:
		state := Notice
		if days >= savedLong {
			state = Broken
		}
		j.say("backup", state, next, "the last one is %d days old: %s", days, where)
	case !c.Saved.Checked:
		j.say("backup", Notice, "ward restore --check FILE", "the last one, of %s, went into a pipe and was not read again", c.Saved.At.Format(time.DateTime))
	default:
		j.say("backup", Good, "", "the last one is of %s: %s", c.Saved.At.Format(time.DateTime), where)
	}
}

// visited judges the certificate that a proxy gives.
func (j *judge) visited() {
	r, left := j.facts.Reach, int(j.facts.Reach.SiteEnds.Sub(j.facts.Now).Hours()/24)
	switch {
	case r.SiteFault != "":
		j.say("certificate", Broken, "look at the proxy that serves "+j.cfg.URL, "%s", r.SiteFault)
	case r.SiteEnds.IsZero():
	case left < certificateDays:
		j.say("certificate", Notice, "renew it in the proxy", "the proxy's ends in %d days", left)
	default:
		j.say("certificate", Good, "", "the proxy's is good for %d days", left)
	}
}
