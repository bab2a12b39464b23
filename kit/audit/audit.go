// Package audit keeps the log of who did what, in a way that shows later
// changes. Every entry is a leaf of a hash tree (RFC 6962) that is written in
// the same transaction as the act itself. A checkpoint is the signed root of
// the tree in the form that witnesses of transparency logs read; kept outside
// the house it proves that no entry before it was changed, removed or added.
//
// The order of entries is that of their commits, also among many replicas: who
// appends locks the head until the transaction ends. So Record is the last
// statement of a use case.
package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"ward"
	"ward/kit/clock"
	"ward/kit/db"
)

// Outcome is what became of the act.
type Outcome string

// The outcomes. A refusal is logged as well as a deed.
const (
	Done    Outcome = "done"
	Refused Outcome = "refused"
	Failed  Outcome = "failed"
)

// System is the person of an entry whose actor is the house itself.
const System = "system"

// detailLimit bounds Detail in bytes of JSON: it names what the act was on, it
// does not hold it.
const detailLimit = 1024

// fieldLimit bounds every other text of an entry; longer ones are cut.
const fieldLimit = 256

// Entry is one act. Of Actor and Object only ids, names, role and country are
// kept. Detail holds a few names and numbers, never content, personal data of
// others or secrets; it is at most 1 KB. Under "for" stands on whose behalf the
// actor acted.
type Entry struct {
	Seq     int64     // place in the log, from 1, without gaps; set by Record
	At      time.Time // set by Record
	Actor   ward.Actor
	Action  string // the permission used: "inventory.write"
	Object  ward.Object
	Outcome Outcome
	Policy  string            // id of the policy that decided
	Detail  map[string]string // nil for none
}

// Config of New.
type Config struct {
	DB    *db.DB
	Clock clock.Clock
	// Key signs checkpoints: an encoded note signer, see LoadKey. Empty means
	// that this process cannot sign and trusts only the keys of Trusted.
	Key string
	// Trusted are further verifier keys whose checkpoints count: those of other
	// replicas and of former keys.
	Trusted []string
}

// Log is the audit log. Safe for concurrent use.
type Log struct {
	db      *db.DB
	now     clock.Clock
	signer  note.Signer // nil when there is no key
	trusted note.Verifiers
}

// New checks the keys.
func New(cfg Config) (*Log, error) {
	l := &Log{db: cfg.DB, now: cfg.Clock}
	keys := cfg.Trusted
	if cfg.Key != "" {
		s, err := note.NewSigner(cfg.Key)
		if err != nil {
			return nil, ward.Wrap("audit key", err)
		}
		public, err := PublicKey(cfg.Key)
		if err != nil {
			return nil, err
		}
		l.signer, keys = s, append([]string{public}, keys...)
	}
	var all []note.Verifier
	for _, k := range keys {
		v, err := note.NewVerifier(k)
		if err != nil {
			return nil, ward.Wrap("audit verifier key", err)
		}
		all = append(all, v)
	}
	l.trusted = note.VerifierList(all...)
	return l, nil
}

// Record appends entries in tx, in their order. It fails with Invalid on an
// unknown outcome or a detail above 1 KB.
func (l *Log) Record(ctx context.Context, tx *db.Tx, entries ...Entry) error {
	if len(entries) == 0 {
		return nil
	}
	leaves := make([]leaf, len(entries))
	for i, e := range entries {
		e.At = l.now()
		var err error
		if leaves[i], err = newLeaf(e); err != nil {
			return ward.Wrap("record audit entry", err)
		}
	}
	return ward.Wrap("record audit entry", appendLeaves(ctx, tx, leaves))
}

// Filter chooses entries; the zero value of a field does not restrict, but a
// zero Scope shows nothing.
type Filter struct {
	// Scope holds for the organisation that acted and for the one acted upon:
	// an entry is shown when either is in it.
	Scope  ward.Scope
	Person ward.PersonID
	Action string
	Kind   string // of the object
	ID     string // of the object
}

// List gives the newest entries before the place before (0: from the end), at
// most limit, newest first.
func (l *Log) List(ctx context.Context, tx *db.Tx, f Filter, limit int, before int64) ([]Entry, error) {
	leaves, err := listLeaves(ctx, tx, f, limit, before)
	if err != nil {
		return nil, ward.Wrap("list audit entries", err)
	}
	out := make([]Entry, len(leaves))
	for i, f := range leaves {
		out[i] = f.entry()
	}
	return out, nil
}

// leaf is an entry as it is stored and hashed: its JSON, fields in this order,
// is the data of the leaf. Fields are only ever added, with omitempty.
type leaf struct {
	Seq     int64   `json:"seq"`
	At      int64   `json:"at"` // microseconds since 1970, UTC
	Person  string  `json:"person"`
	Name    string  `json:"name"`
	Org     string  `json:"org"`
	Country string  `json:"country"`
	Role    string  `json:"role"`
	Session string  `json:"session"`
	Action  string  `json:"action"`
	Kind    string  `json:"object_kind"`
	ID      string  `json:"object_id"`
	Owner   string  `json:"object_org"`
	State   string  `json:"object_country"`
	Outcome Outcome `json:"outcome"`
	Policy  string  `json:"policy"`
	Detail  string  `json:"detail"` // JSON object or ""
}

// newLeaf keeps of the actor and the object what an auditor needs to see later,
// even when the person and the thing are gone by then.
func newLeaf(e Entry) (leaf, error) {
	if e.Outcome != Done && e.Outcome != Refused && e.Outcome != Failed {
		return leaf{}, ward.Fail(ward.Invalid, "").At("outcome").Because(fmt.Errorf("unknown outcome %q", e.Outcome))
	}
	if e.Actor.For != "" {
		e.Detail = maps.Clone(e.Detail)
		if e.Detail == nil {
			e.Detail = map[string]string{}
		}
		e.Detail["for"] = clean(e.Actor.For)
	}
	detail, err := detailText(e.Detail)
	if err != nil {
		return leaf{}, err
	}
	person := string(e.Actor.Person)
	if e.Actor.System {
		person = System
	}
	return leaf{At: e.At.UnixMicro(), Person: clean(person), Name: clean(e.Actor.Name), Org: clean(string(e.Actor.Org)),
		Country: clean(string(e.Actor.Country)), Role: clean(string(e.Actor.Role)), Session: clean(e.Actor.Session),
		Action: clean(e.Action), Kind: clean(e.Object.Kind), ID: clean(e.Object.ID), Owner: clean(string(e.Object.Org)),
		State: clean(string(e.Object.Country)), Outcome: e.Outcome, Policy: clean(e.Policy), Detail: detail}, nil
}

// detailText is the detail as JSON, which is the same for the same map.
func detailText(detail map[string]string) (string, error) {
	if len(detail) == 0 {
		return "", nil
	}
	text, err := json.Marshal(detail) // keys come out sorted, control characters escaped
	if err == nil && len(text) > detailLimit {
		err = ward.Fail(ward.Invalid, "").At("detail").Because(fmt.Errorf("%d bytes, at most %d", len(text), detailLimit))
	}
	return string(text), err
}

// clean makes a text that both databases give back byte for byte.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
	if len(s) > fieldLimit {
		s = strings.ToValidUTF8(s[:fieldLimit], "")
	}
	return s
}

// entry is the leaf for readers.
func (f leaf) entry() Entry {
	e := Entry{Seq: f.Seq, At: time.UnixMicro(f.At).UTC(), Action: f.Action, Outcome: f.Outcome, Policy: f.Policy,
		Actor: ward.Actor{Person: ward.PersonID(f.Person), Name: f.Name, Org: ward.OrgID(f.Org),
			Country: ward.Country(f.Country), Role: ward.Role(f.Role), Session: f.Session},
		Object: ward.Object{Kind: f.Kind, ID: f.ID, Org: ward.OrgID(f.Owner), Country: ward.Country(f.State)}}
	if f.Person == System {
		e.Actor.Person, e.Actor.System = "", true
	}
	if f.Detail != "" && json.Unmarshal([]byte(f.Detail), &e.Detail) != nil {
		e.Detail = map[string]string{"unreadable": f.Detail} // only after tampering; Verify says so
	}
	return e
}
