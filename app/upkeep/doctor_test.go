package upkeep

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ward/kit/audit"
	"ward/kit/conf"
	"ward/kit/job"
)

var update = flag.Bool("update", false, "write golden files")

// now is the time of all judgements.
var now = time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)

// well is a house that lacks nothing.
func well() (Config, Facts) {
	cfg := Config{Config: conf.Config{Listen: "127.0.0.1:8080", URL: "https://ward.example", Data: "/var/lib/ward", Database: "postgres://ward:hunter2@db/ward",
		Replica: "ward1", Proxies: []string{"127.0.0.1"}, Mail: conf.Mail{Host: "relay.example", From: "a@b.example", Password: "hunter2"},
		SMS:   conf.SMS{URL: "https://sms.example/send"},
		Audit: conf.Audit{Anchor: "/mnt/other/checkpoints"}}}
	return cfg, Facts{Now: now, Data: Folder{Free: 40 << 30}, Keys: []KeyFile{{Name: "account.key"}, {Name: "audit.key"}},
		Database: Store{Version: "PostgreSQL 15.18"}, Jobs: job.State{Leader: "ward1", Waiting: 3, Oldest: now.Add(-time.Second)},
		Care:  Care{Operators: 2, Saved: Saved{At: now.Add(-3 * time.Hour), File: "/mnt/backup/ward-2026-05-04.ward", Checked: true}},
		Audit: audit.State{Size: 1000, Newest: now.Add(-time.Minute), Signed: 990, At: now.Add(-time.Hour)}, Files: 65_536, Connect: true, Answering: true}
}

func TestJudge(t *testing.T) {
	for _, tt := range []struct {
		name    string
		change  func(*Config, *Facts)
		healthy bool
	}{
		{"well", func(*Config, *Facts) {}, true},
		{"first-day", func(c *Config, f *Facts) {
			c.URL, c.Mail, c.Audit, c.Proxies = "http://127.0.0.1:8080", conf.Mail{}, conf.Audit{}, nil
			*f = Facts{Now: now, Data: Folder{Free: 40 << 30}, Database: Store{Empty: true}, Files: 1024,
				Keys: []KeyFile{{Name: "account.key", Missing: true}, {Name: "audit.key", Missing: true}}}
		}, true},
		{"nothing-there", func(c *Config, f *Facts) {
			*f = Facts{Now: now, Data: Folder{Missing: true}, Database: Store{Fault: "connection refused"}, Keys: []KeyFile{{Name: "account.key", Missing: true}}}
		}, false},
		{"neglected", func(c *Config, f *Facts) {
			c.URL, c.Fetch.AllowLoopback = "http://ward.example", true
			f.Data = Folder{Open: true, Free: 300 << 20, Mark: true}
			f.Keys = []KeyFile{{Name: "account.key", Open: true}, {Name: "audit.key", Missing: true}}
			f.Database.Pending, f.Database.Skew = 2, 90*time.Second
			f.Jobs = job.State{Leader: "ward1", Waiting: 900, Oldest: now.Add(-time.Hour), Buried: 7, Kinds: []string{"alert.deliver", "advisory.fetch"}}
			f.Audit.At, f.AnchorFail = now.Add(-240*time.Hour), "permission denied"
			f.Relay, f.Answering, f.Files = "connection refused", false, 1024
			f.Reach = Reach{NameFault: "no such host", CertNames: "certificate is valid for old.example, not ward.example", SMS: "connection refused"}
			f.Care = Care{Operators: 3, Unproven: []string{"Zoë Ñandú", "Åsa"}, Saved: Saved{At: now.Add(-17 * 24 * time.Hour), File: "/mnt/b.ward", Checked: true},
				Sources: []FailingSource{{"CERT of a maker", 12, now.Add(-5 * 24 * time.Hour), "HTTP 404 for provider-metadata.json"}, {"KEV", 1, now.Add(-time.Hour), "timeout"}}}
			f.Index = &Index{Organisations: 30, Mended: 2, Audit: "entry 7: changed: entry 7, or its hash, is not what was written"}
		}, false},
		{"half-moved", func(_ *Config, f *Facts) { f.Database = Store{Unfinished: "a SQLite 3.51.0 database"} }, false},
		{"moved", func(_ *Config, f *Facts) { f.Database.Held = "postgres://db/ward" }, false},
		{"newer-house", func(_ *Config, f *Facts) {
			f.Database.Newer = "migration alert 0009_later.sql is newer than this version of ward"
		}, false},
		{"own-certificate", func(c *Config, f *Facts) {
			c.TLS, c.Listen, f.TLSEnds = conf.TLS{Cert: "a", Key: "b"}, "0.0.0.0:443", now.Add(5*24*time.Hour)
		}, true},
		{"never-saved", func(_ *Config, f *Facts) { f.Care.Saved, f.Reach.SiteEnds = Saved{}, now.Add(3*24*time.Hour) }, true},
		{"saved-unread", func(_ *Config, f *Facts) {
			f.Care.Saved.Checked, f.Care.Saved.File = false, "-"
			f.Reach.SiteFault = "tls: failed to verify certificate: x509: certificate has expired or is not yet valid"
		}, false},
		{"acme-without", func(c *Config, f *Facts) {
			c.TLS.ACME.Domains, c.Listen = []string{"ward.example"}, "0.0.0.0:443"
			f.TLSFault, f.Care.SavedFault = "the ACME authority gave none yet for ward.example", "unexpected end of JSON input"
		}, false},
		{"clock-behind", func(_ *Config, f *Facts) { f.Audit.Newest = now.Add(3 * time.Hour) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg, f := well()
			tt.change(&cfg, &f)
			all := Judge(cfg, f)
			golden(t, tt.name, lines(all))
			if Healthy(all) != tt.healthy {
				t.Errorf("healthy: got %v, want %v", Healthy(all), tt.healthy)
			}
		})
	}
}

func lines(all []Finding) string {
	var b strings.Builder
	for _, f := range all {
		fmt.Fprintf(&b, "%-8s %s: %s\n", f.State, f.Check, f.Text)
		if f.Next != "" {
			fmt.Fprintf(&b, "         -> %s\n", f.Next)
		}
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if strings.Contains(got, "hunter2") {
		t.Errorf("a secret shows:\n%s", got)
	}
	path := filepath.Join("testdata", "doctor", name+".txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s(renew with -update)", got, want)
	}
}
