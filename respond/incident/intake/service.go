package intake

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"ward"
	"ward/format/notice"
	"ward/format/plain"
	"ward/format/rule"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/id"
	"ward/kit/seal"
	"ward/respond/incident"
)

// permHandle is the right to what was sent to the team of a country.
const permHandle ward.Permission = "incident.handle"

// Registry finds the organisation that a report names.
type Registry interface {
	// Named finds care providers by words of name, city or region.
	Named(ctx context.Context, words string) ([]ward.Organisation, error)
}

// Families knows the names of ransomware.
type Families interface {
	// Named gives the name of a family by its letters and digits; empty for none.
	Named(folded string) string
}

// Config of New. All fields are needed.
type Config struct {
	DB       *db.DB
	Clock    clock.Clock
	IDs      id.Source
	Reports  *incident.Service
	Registry Registry
	Families Families
	Key      []byte // 32 bytes: seals letters and hashes what came
}

// Service takes reports over. Safe for concurrent use.
type Service struct {
	cfg Config
	box seal.Box
}

// New checks cfg.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Clock == nil || cfg.IDs == nil || cfg.Reports == nil || cfg.Registry == nil || cfg.Families == nil || len(cfg.Key) != 32 {
		return nil, errors.New("intake: a needed part is missing")
	}
	box, err := seal.New(cfg.Key)
	return &Service{cfg, box}, ward.Wrap("intake", err)
}

// Result is what became of something that was handed in.
type Result struct {
	Report, Number string // of the report that it is now; empty before it is stored
	Known          bool   // it was there before
}

// item is one stage on its way in.
type item struct {
	incident.Entered
	reference string // the sender's own number
	digest    string
	text      string // a letter as it came
}

// digest is what is kept of bytes to know them again: a hash under the key that
// lies outside of the database.
func (s *Service) digest(what, content string) string {
	h := hmac.New(sha256.New, s.cfg.Key)
	h.Write([]byte("incident intake " + what + "\x00" + strings.ReplaceAll(content, "\r\n", "\n"))) // a browser ends lines in its own way
	return hex.EncodeToString(h.Sum(nil))
}

// whose names the organisation that a number is counted under.
func whose(in incident.Entered) string {
	if in.Org != "" {
		return string(in.Org)
	}
	return "name:" + notice.Fold(in.OrgName)
}

// settle says whether x is here already, and which report it goes on with. Conflict
// at "reference" for a number under which this stage has other content.
func (s *Service) settle(ctx context.Context, a ward.Actor, x item) (known Result, into string, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		known, into = Result{}, ""
		list, err := earlier(ctx, tx, a.Country, x.digest, whose(x.Entered), x.reference)
		for _, e := range list {
			switch {
			case e.digest == x.digest:
				known = Result{e.report, e.number, true}
				return nil
			case e.stage == x.Stage:
				return ward.Fail(ward.Conflict, "incident.error.reference", "number", e.number).At("reference")
			}
			into = e.report
		}
		return err
	})
	return known, into, err
}

// put stores items, all or none.
func (s *Service) put(ctx context.Context, a ward.Actor, items []item, weighed []incident.Weighed) ([]Result, error) {
	list, err := s.cfg.Reports.Enter(ctx, a, weighed, func(tx *db.Tx, n int, r incident.Report) error {
		x := items[n]
		row := row{id: s.cfg.IDs(), report: r.ID, country: a.Country, whose: whose(x.Entered), reference: x.reference, stage: x.Stage, digest: x.digest,
			received: weighed[n].Received, entered: s.cfg.Clock(), person: a.Name, sealed: []byte{}}
		if x.text != "" {
			row.sealed = s.box.Seal(x.text, letterOwner(row.id))
		}
		return insertIntake(ctx, tx, row)
	})
	out := make([]Result, len(list))
	for i, r := range list {
		out[i] = Result{Report: r.ID, Number: r.Number}
	}
	return out, err
}

func letterOwner(id string) string { return "incident letter " + id }

// one takes a single item over.
func (s *Service) one(ctx context.Context, a ward.Actor, x item) (Result, error) {
	known, into, err := s.settle(ctx, a, x)
	if err != nil || known.Known {
		return known, err
	}
	x.Into = into
	w, err := s.cfg.Reports.Weigh(ctx, a, x.Entered)
	if err != nil {
		return Result{}, err
	}
	list, err := s.put(ctx, a, []item{x}, []incident.Weighed{w})
	if err != nil {
		return Result{}, err
	}
	return list[0], nil
}

// named is the only care provider of the actor's country that is called so; empty
// when there is none or several.
func (s *Service) named(ctx context.Context, a ward.Actor, name string) (ward.OrgID, error) {
	list, err := s.candidates(ctx, a, name)
	var out []ward.OrgID
	for _, o := range list {
		if notice.Fold(o.Name) == notice.Fold(name) {
			out = append(out, o.ID)
		}
	}
	if err != nil || len(out) != 1 {
		return "", err
	}
	return out[0], nil
}

// candidates are care providers of the actor's country that words find.
func (s *Service) candidates(ctx context.Context, a ward.Actor, words string) (out []ward.Organisation, err error) {
	if words = plain.Line(words); words == "" || len(words) > 400 {
		return nil, nil
	}
	list, err := s.cfg.Registry.Named(ctx, words)
	for _, o := range list {
		if o.Country == a.Country {
			out = append(out, o)
		}
	}
	return out, err
}

// How says of a document what it does not say itself.
type How struct {
	Org      ward.OrgID // empty: the organisation of exactly its name, else its name in words
	Received time.Time  // zero: now
	Unsure   bool       // nobody knows yet whether it is the organisation's
}

// TakeDocument takes over a document of the open form. Needs incident.handle.
func (s *Service) TakeDocument(ctx context.Context, a ward.Actor, data []byte, how How) (Result, error) {
	out, err := s.takeDocument(ctx, a, data, how)
	return out, ward.Wrap("take over document", err)
}

func (s *Service) takeDocument(ctx context.Context, a ward.Actor, data []byte, how How) (Result, error) {
	if err := s.may(ctx, a); err != nil {
		return Result{}, err
	}
	d, err := notice.ReadDocument(data)
	if err != nil {
		return Result{}, documentFault(err)
	}
	if d.Country != a.Country {
		return Result{}, ward.Fail(ward.Invalid, "incident.error.abroad").At("country")
	}
	answers, err := s.cfg.Reports.Catalogue().Read(d.Answers)
	if err != nil {
		return Result{}, err
	}
	if how.Org == "" {
		if how.Org, err = s.named(ctx, a, d.Organisation); err != nil {
			return Result{}, err
		}
	}
	return s.one(ctx, a, item{reference: plain.Line(d.Number), digest: s.digest("form", string(data)), Entered: incident.Entered{Org: how.Org, OrgName: d.Organisation,
		Origin: incident.FromForm, Sure: !how.Unsure, Reason: incident.Reason(d.Reason), Stage: d.Stage, Received: how.Received, Answers: answers}})
}

// may is asked before anything is read: a reader must cost nobody anything who has
// no right to it.
func (s *Service) may(_ context.Context, a ward.Actor) error {
	if !s.cfg.Reports.MayHandle(a) {
		return ward.Fail(ward.Forbidden, "error.forbidden")
	}
	return nil
}

// documentFault names what is wrong with a document, and where.
func documentFault(err error) error {
	var e *notice.Error
	if !errors.As(err, &e) {
		return err
	}
	key := "form"
	switch {
	case errors.Is(err, notice.ErrLarge):
		key = "form_large"
	case errors.Is(err, notice.ErrSchema):
		key = "form_schema"
	}
	return ward.Fail(ward.Invalid, "incident.error."+key, "place", e.Error(), "schema", notice.Schema).At(e.At).Because(err)
}

// maxReference bounds the sender's own number.
const maxReference = 100

func checkReference(s string) (string, error) {
	s = plain.Line(s)
	if utf8.RuneCountInString(s) > maxReference {
		return "", ward.Fail(ward.Invalid, "incident.error.long", "max", "100").At("reference")
	}
	return s, nil
}

// orEarly is the stage of what says none.
func orEarly(stage rule.Stage) rule.Stage {
	if stage == "" {
		return rule.Early
	}
	return stage
}
