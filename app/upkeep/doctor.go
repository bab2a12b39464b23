package upkeep

import (
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"ward/kit/audit"
	"ward/kit/job"
)

// State is how serious a finding is.
type State string

// The states. A house with a Broken finding does not work, or not safely.
const (
	Good    State = "ok"
	Notice  State = "warning"
	Broken  State = "broken"
	Skipped State = "skipped"
)

// Finding is one line of the doctor: in English, for the command line.
type Finding struct {
	Check string `json:"check"`
	State State  `json:"state"`
	Text  string `json:"text"`
	Next  string `json:"next,omitempty"` // the command or the change that helps
}

// Healthy says that nothing is broken.
func Healthy(all []Finding) bool {
	for _, f := range all {
		if f.State == Broken {
			return false
		}
	}
	return true
}

// Facts are what a doctor looks at. Reading them and judging them are two
// things, so that the judgement can be tested without a sick machine.
type Facts struct {
	Now        time.Time
	Data       Folder
	Keys       []KeyFile
	Database   Store
	Jobs       job.State
	Audit      audit.State
	Files      uint64 // open files that the process may have; 0: unknown
	Connect    bool   // Relay was tried
	Relay      string // what went wrong with it
	Reach      Reach
	Care       Care
	Answering  bool // something answers on the address of the settings
	Training   bool
	Index      *Index
	TLSFault   string    // what is wrong with the certificate of the settings; "" for nothing
	TLSEnds    time.Time // when it ends; zero when there is none
	AnchorFail string    // why the anchor's file cannot be written
}

// Folder is the data folder.
type Folder struct {
	Missing bool
	Fault   string // why it cannot be written
	Open    bool   // others than its owner may look into it
	Free    uint64 // bytes; 0: unknown
	Mark    bool   // a restore is under way, or was interrupted
}

// KeyFile is a file with a secret.
type KeyFile struct {
	Name    string
	Missing bool
	Fault   string // damaged in which way
	Open    bool   // others than its owner may read it
}

// Store is the database.
type Store struct {
	Version    string
	Fault      string // why it cannot be used
	Empty      bool
	Unfinished string // what it was being filled from
	Held       string // where the house moves or moved to
	Size       int64  // of the file, on SQLite
	Pending    int    // migrations that the next start applies
	Newer      string // a migration that this version does not know
	Skew       time.Duration
}

// Index is the look through the inventories, which takes its time.
type Index struct {
	Organisations, Mended int
	Audit                 string // what is wrong with the audit log
	Entries               int64
}

// Judge says what follows from facts, in the order in which a person mends.
func Judge(cfg Config, f Facts) []Finding {
	j := &judge{cfg: cfg, facts: f}
	for _, check := range []func(){j.folder, j.keys, j.store, j.migrations, j.clock, j.jobs, j.care, j.audit, j.deep, j.mail, j.reach, j.address, j.limits, j.replica, j.training} {
		check()
	}
	return j.out
}

type judge struct {
	cfg   Config
	facts Facts
	out   []Finding
}

func (j *judge) say(check string, s State, next, format string, args ...any) {
	j.out = append(j.out, Finding{check, s, fmt.Sprintf(format, args...), next})
}

// clockSlack is what clocks of one room may differ by.
const clockSlack = 5 * time.Second

func (j *judge) clock() {
	ahead := j.facts.Audit.Newest.Sub(j.facts.Now)
	switch {
	case j.facts.Database.Skew.Abs() > clockSlack:
		j.say("clock", Broken, "timedatectl set-ntp true", "this machine and the database differ by %s", j.facts.Database.Skew.Round(time.Second))
	case !j.usable():
		j.say("clock", Skipped, "", "no house to compare with")
	case ahead > clockSlack:
		j.say("clock", Broken, "timedatectl set-ntp true", "the newest audit entry lies %s ahead of now", ahead.Round(time.Second))
	default:
		j.say("clock", Good, "", "agrees with the database and with what was written last")
	}
}

// jobLag is when waiting work is late: alerts are taken up within a second.
const jobLag = 2 * time.Minute

func (j *judge) jobs() {
	s := j.facts.Jobs
	if !j.usable() {
		j.say("jobs", Skipped, "", "no house to look at")
		return
	}
	lag := time.Duration(0)
	if !s.Oldest.IsZero() {
		lag = j.facts.Now.Sub(s.Oldest)
	}
	switch {
	case s.Leader == "" && s.Waiting > 0:
		j.say("jobs", Notice, "systemctl start ward", "%d wait and no process works them", s.Waiting)
	case s.Leader == "":
		j.say("jobs", Notice, "systemctl start ward", "no process works them")
	case lag > jobLag:
		j.say("jobs", Broken, "journalctl -u ward", "%d wait, the oldest for %s", s.Waiting, lag.Round(time.Second))
	default:
		j.say("jobs", Good, "", "worked by %s, %d waiting", s.Leader, s.Waiting)
	}
}

// anchorAge is two rounds of the daily checkpoint.
const anchorAge = 48 * time.Hour

func (j *judge) audit() {
	s := j.facts.Audit
	switch age := j.facts.Now.Sub(s.At); {
	case !j.usable():
		j.say("audit log", Skipped, "", "no house to look at")
		return
	case s.At.IsZero() && s.Size > 0:
		j.say("audit log", Notice, "ward serve", "%d entries and no signed checkpoint yet", s.Size)
	case s.Size > 0 && age > anchorAge:
		j.say("audit log", Notice, "journalctl -u ward", "the newest checkpoint is %d days old", int(age.Hours()/24))
	default:
		j.say("audit log", Good, "", "%d entries, %d of them under a signed checkpoint", s.Size, s.Signed)
	}
	switch {
	case j.facts.AnchorFail != "":
		j.say("audit anchor", Broken, "audit.anchor in the settings", "%s", j.facts.AnchorFail)
	case j.cfg.Audit.Anchor == "":
		j.say("audit anchor", Notice, "audit.anchor in the settings", "checkpoints are kept in this house only: whoever owns the machine can rewrite them")
	default:
		j.say("audit anchor", Good, "", "checkpoints are kept in %s", j.cfg.Audit.Anchor)
	}
}

func (j *judge) deep() {
	x := j.facts.Index
	switch {
	case x == nil:
		j.say("deep look", Skipped, "ward doctor --deep", "audit log and inventory index were not gone through")
		return
	case x.Audit != "":
		j.say("audit log, all of it", Broken, "ward audit verify", "%s", x.Audit)
	default:
		j.say("audit log, all of it", Good, "", "%d entries fit together", x.Entries)
	}
	if x.Mended > 0 {
		j.say("inventory index", Notice, "ward doctor --deep", "%d of %d lists did not say what their rows say; they were mended", x.Mended, x.Organisations)
		return
	}
	j.say("inventory index", Good, "", "%d lists agree with their rows", x.Organisations)
}

func (j *judge) mail() {
	switch m := j.cfg.Mail; {
	case m.Host == "":
		j.say("mail", Notice, "mail.host in the settings", "no relay is named: no mail leaves this house")
	case !j.facts.Connect:
		j.say("mail", Skipped, "ward doctor --connect", "%s was not tried", m.Host)
	case j.facts.Relay != "":
		j.say("mail", Broken, "mail.host in the settings", "%s: %s", m.Host, j.facts.Relay)
	default:
		j.say("mail", Good, "", "%s answers", m.Host)
	}
}

func (j *judge) address() {
	u, err := url.Parse(j.cfg.URL)
	if err != nil {
		j.say("address", Broken, "url in the settings", "cannot be read")
		return
	}
	switch inside := loopback(u.Hostname()); {
	case u.Scheme == "http" && !inside:
		j.say("address", Broken, "url = \"https://…\" in the settings", "%s has no TLS: cookies are not Secure and passwords can be read on the way", j.cfg.URL)
	case u.Scheme == "http":
		j.say("address", Notice, "url = \"https://…\" in the settings", "%s works on this machine only", j.cfg.URL)
	default:
		j.say("address", Good, "", "%s: cookies are Secure", j.cfg.URL)
	}
	j.certificate(u.Scheme == "https")
	j.visited()
}

// certificateDays is when a person should know: renewers act 30 days before.
const certificateDays = 14

func (j *judge) certificate(https bool) {
	left := int(j.facts.TLSEnds.Sub(j.facts.Now).Hours() / 24)
	host, _, _ := net.SplitHostPort(j.cfg.Listen)
	switch {
	case j.facts.TLSFault != "":
		j.say("certificate", Broken, "tls.cert and tls.key in the settings; with ACME the page Operations, Certificate", "%s", j.facts.TLSFault)
	case !j.facts.TLSEnds.IsZero() && left < 0:
		j.say("certificate", Broken, "renew it; the files are read again by themselves", "ended %d days ago", -left)
	case !j.facts.TLSEnds.IsZero() && left < certificateDays:
		j.say("certificate", Notice, "renew it; the files are read again by themselves", "ends in %d days", left)
	case !j.facts.TLSEnds.IsZero():
		j.say("certificate", Good, "", "good for %d days", left)
	case https && !loopback(host):
		j.say("certificate", Notice, "listen = \"127.0.0.1:8080\" in the settings", "pages are served on %s without TLS, so the proxy can be passed by", j.cfg.Listen)
	case https && len(j.cfg.Proxies) == 0:
		j.say("certificate", Notice, "proxies in the settings", "a proxy holds it, and is not named: every reader seems to come from one address, and guessing is throttled for all")
	}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// filesFloor: 15,000 open pages hold one connection each; the rest is for the
// database and for receivers.
const filesFloor = 16_384

func (j *judge) limits() {
	switch n := j.facts.Files; {
	case n == 0:
		j.say("open files", Skipped, "", "unknown on this system")
	case n < filesFloor:
		j.say("open files", Notice, "LimitNOFILE=65536 in the service's unit", "%d at most; 15,000 open pages need %d", n, filesFloor)
	default:
		j.say("open files", Good, "", "%d at most", n)
	}
}

func (j *judge) replica() {
	switch {
	case !j.usable() || j.facts.Jobs.Leader == "":
		j.say("replica name", Skipped, "", "no process leads the jobs")
	case j.facts.Jobs.Leader == j.cfg.Replica && !j.facts.Answering:
		j.say("replica name", Notice, "replica in the settings, another one for each process",
			"%q leads the jobs, but nothing answers on %s here: another machine may have the same name", j.cfg.Replica, j.cfg.Listen)
	case strings.HasPrefix(j.cfg.Replica, "localhost"):
		j.say("replica name", Notice, "replica in the settings", "%q is what many machines are called", j.cfg.Replica)
	default:
		j.say("replica name", Good, "", "%s", j.cfg.Replica)
	}
}

func (j *judge) training() {
	if j.facts.Training {
		j.say("training", Notice, "", "this is a training house: it reaches nobody")
	}
	if j.cfg.Fetch.AllowLoopback && !j.facts.Training {
		j.say("fetch", Notice, "fetch.allow_loopback = false in the settings", "feeds and webhooks may reach this machine itself")
	}
}
