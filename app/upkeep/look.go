package upkeep

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"ward/app"
	"ward/kit/audit"
	"ward/kit/db"
	"ward/kit/job"
)

// Look is what a doctor may do beyond looking.
type Look struct {
	Connect bool // ask DNS, the mail relay and the text gateway whether they answer
	// Deep goes through the whole audit log and all inventories; what differs in
	// the index is mended.
	Deep bool
}

// Examine reads the facts and judges them. It starts nothing, migrates nothing
// and makes no file.
func Examine(ctx context.Context, cfg Config, l Look) []Finding {
	cfg = cfg.complete()
	f := Facts{Now: cfg.Clock(), Files: openFiles(), Training: cfg.Demo, Connect: l.Connect, Answering: answering(ctx, cfg.Listen)}
	f.Data = lookAtFolder(cfg.Data)
	f.Keys = lookAtKeys(cfg)
	f.lookAtStore(ctx, cfg)
	if cfg.TLS.Cert != "" {
		f.TLSEnds, f.TLSFault = lookAtCertificate(cfg, f.Now)
	}
	f.Care.Saved, f.Care.SavedFault = readSaved(cfg.Data)
	f.AnchorFail = lookAtAnchor(cfg.Audit.Anchor)
	f.Reach = lookAtReach(ctx, cfg, l.Connect)
	if l.Connect && cfg.Mail.Host != "" {
		f.Relay = greet(ctx, cfg)
	}
	j := judge{facts: f}
	if l.Deep && j.usable() && f.Database.Newer == "" && f.Database.Pending == 0 {
		f.Index = goThrough(ctx, cfg)
	}
	return Judge(cfg, f)
}

func lookAtFolder(path string) (f Folder) {
	info, err := os.Stat(path)
	if err != nil {
		f.Missing = os.IsNotExist(err)
		f.Fault = plain(err)
		return f
	}
	f.Open, f.Free, f.Mark = info.Mode().Perm()&0o077 != 0, freeBytes(path), !missing(filepath.Join(path, app.RestoreMark))
	probe, err := os.CreateTemp(path, tempPrefix)
	if err != nil {
		f.Fault = plain(err)
		return f
	}
	f.Fault = plain(probe.Close())
	os.Remove(probe.Name()) //nolint:errcheck // a name of our own
	return f
}

func plain(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func lookAtKeys(cfg Config) []KeyFile {
	account := lookAtKey(cfg.Data, "account.key", func(text []byte) string {
		if len(text) != 32 {
			return fmt.Sprintf("%d bytes, want 32", len(text))
		}
		return ""
	})
	if cfg.Audit.Key != "" {
		return []KeyFile{account}
	}
	return []KeyFile{account, lookAtKey(cfg.Data, "audit.key", func(text []byte) string {
		if _, err := audit.PublicKey(strings.TrimSpace(string(text))); err != nil {
			return "not a signing key"
		}
		return ""
	})}
}

func lookAtKey(folder, name string, check func([]byte) string) KeyFile {
	k := KeyFile{Name: name}
	info, err := os.Stat(filepath.Join(folder, name))
	if os.IsNotExist(err) {
		k.Missing = true
		return k
	}
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		k.Fault = plain(err)
		return k
	}
	k.Open, k.Fault = info.Mode().Perm()&0o077 != 0, check(text)
	return k
}

// lookAtStore makes no file where there is none.
func (f *Facts) lookAtStore(ctx context.Context, cfg Config) {
	path := litePath(cfg.Database)
	if path != "" {
		info, err := os.Stat(path)
		if err != nil {
			f.Database.Empty = true
			return
		}
		f.Database.Size = info.Size()
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	d, err := db.Open(ctx, cfg.Database)
	if err != nil {
		f.Database.Fault = strings.ReplaceAll(plain(err), cfg.Database, "…") // an address may hold a password
		return
	}
	defer d.Close() //nolint:errcheck // read only
	if err := f.readStore(ctx, cfg, d); err != nil {
		f.Database.Fault = plain(err)
	}
}

func (f *Facts) readStore(ctx context.Context, cfg Config, d *db.DB) (err error) {
	s := &f.Database
	if s.Version, err = d.Version(ctx); err != nil {
		return err
	}
	if s.Skew, err = d.Skew(ctx, cfg.Clock); err != nil {
		return err
	}
	if s.Unfinished, err = d.Unfinished(ctx); err != nil || s.Unfinished != "" {
		return err
	}
	if s.Held, err = d.Held(ctx); err != nil {
		return err
	}
	if s.Empty, err = d.Empty(ctx); err != nil || s.Empty {
		return err
	}
	if err := f.readMigrations(ctx, cfg, d); err != nil {
		return err
	}
	if f.Jobs, err = job.ReadState(ctx, d, f.Now); err != nil {
		return err
	}
	if f.Audit, err = audit.ReadState(ctx, d); err != nil || s.Pending > 0 || s.Newer != "" {
		return err // rooms of another version are not asked
	}
	f.lookAtACME(ctx, cfg, d)
	return f.readCare(ctx, d)
}

func (f *Facts) readMigrations(ctx context.Context, cfg Config, d *db.DB) error {
	all, err := schema(ctx, cfg)
	if err != nil {
		return err
	}
	applied, err := d.Applied(ctx)
	if err != nil {
		return err
	}
	for _, a := range applied {
		if err := known(all, a); err != nil {
			f.Database.Newer = strings.TrimPrefix(strings.SplitN(err.Error(), "\n", 2)[0], "conflict: ")
		}
	}
	have, err := files(all)
	f.Database.Pending = max(0, have-len(applied))
	return err
}

// greet asks the relay for its greeting and takes leave.
func greet(ctx context.Context, cfg Config) string {
	port := cfg.Mail.Port
	if port == 0 {
		port = map[string]int{"starttls": 587, "tls": 465, "none": 25}[cfg.Mail.TLS]
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	address := net.JoinHostPort(cfg.Mail.Host, strconv.Itoa(port))
	var dialer interface {
		DialContext(context.Context, string, string) (net.Conn, error)
	} = &net.Dialer{}
	if cfg.Mail.TLS == "tls" {
		dialer = &tls.Dialer{}
	}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return plain(err)
	}
	defer conn.Close() //nolint:errcheck // nothing was sent
	if at, ok := ctx.Deadline(); ok {
		conn.SetDeadline(at) //nolint:errcheck // the dialer's context bounds the rest
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	switch {
	case err != nil:
		return plain(err)
	case !strings.HasPrefix(line, "220"): // RFC 5321, 4.3.1
		return "greets with " + strconv.Quote(strings.TrimSpace(line[:min(len(line), 80)]))
	}
	fmt.Fprint(conn, "QUIT\r\n")
	return ""
}

func answering(ctx context.Context, listen string) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", listen)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

func lookAtAnchor(path string) string {
	if path == "" {
		return ""
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if os.IsNotExist(err) { // made by the first checkpoint, where its folder is
		_, err = os.Stat(filepath.Dir(path))
		return plain(err)
	}
	if err != nil {
		return plain(err)
	}
	return plain(f.Close())
}

// lookAtCertificate reads the certificate of the settings.
func lookAtCertificate(cfg Config, now time.Time) (ends time.Time, fault string) {
	pair, err := tls.LoadX509KeyPair(cfg.TLS.Cert, cfg.TLS.Key)
	if err != nil {
		return ends, plain(err)
	}
	if pair.Leaf != nil && now.Before(pair.Leaf.NotBefore) {
		return ends, "the certificate is not good yet"
	}
	return pair.Leaf.NotAfter, ""
}

// goThrough opens the house, which has no migration to apply.
func goThrough(ctx context.Context, cfg Config) *Index {
	a, err := app.New(ctx, cfg.house())
	if err != nil {
		return &Index{Audit: plain(err)}
	}
	defer a.Close() //nolint:errcheck // what was mended is committed
	out := new(Index)
	v, err := a.VerifyAudit(ctx)
	out.Entries = v.Size
	if err != nil {
		out.Audit = plain(err)
	} else if v.Fault != nil {
		out.Audit = fmt.Sprintf("entry %d: %s: %s", v.Fault.Seq, v.Fault.Kind, v.Fault.Text)
	}
	r, err := a.VerifyIndex(ctx)
	if err != nil {
		out.Audit = plain(err)
	}
	out.Organisations, out.Mended = r.Organisations, r.Mended
	return out
}
