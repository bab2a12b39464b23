package advisory

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"ward"
	"ward/detect/advisory/harvest"
	"ward/format/pack"
	"ward/format/problem"
	"ward/kit/db"
	"ward/kit/fetch"
)

// UploadSource is the source that stands for what people bring themselves.
const UploadSource = "00000000-0000-7000-8000-000000000000"

// Delivery is what a person hands over: one document, or an archive of many
// (zip, tar, gzip, zstandard, see format/pack).
type Delivery struct {
	Source string // id of a source; empty means UploadSource
	Name   string // file name
	// Body is read once. An io.ReaderAt with Size lets a large zip be read
	// without holding it in memory.
	Body io.Reader
	Size int64
	// Unmarked is what documents without any TLP count as; nil refuses them.
	Unmarked *ward.TLP
}

// Outcome counts what became of a delivery.
type Outcome struct {
	Read    int // documents looked at
	New     int
	Revised int
	Older   int // kept beside a newer revision
	Same    int
	Refused int
	Ignored int // files that are no JSON: hashes, signatures, listings
	// Refusals are the first 200 of those refused; all are kept at the source.
	Refusals []Refusal
	// Advisories are the first 200 that are new or revised.
	Advisories []ward.AdvisoryID
}

// shownOutcome bounds the lists of an Outcome.
const shownOutcome = 200

func (o *Outcome) add(h handled) {
	o.Read++
	switch h.fate {
	case FateNew:
		o.New++
	case FateRevised:
		o.Revised++
	case FateOlder:
		o.Older++
	case FateSame:
		o.Same++
	default:
		o.Refused++
		if len(o.Refusals) < shownOutcome && h.refusal != nil {
			o.Refusals = append(o.Refusals, *h.refusal)
		}
	}
	if (h.fate == FateNew || h.fate == FateRevised) && len(o.Advisories) < shownOutcome {
		o.Advisories = append(o.Advisories, h.advisory)
	}
}

// handled is one document with its fate.
type handled struct {
	name     string
	fate     Fate
	refusal  *Refusal // set when FateRefused
	advisory ward.AdvisoryID
}

// Accept takes in what a Centre analyst or the house brings. A document that is
// refused costs only itself; the error is for what ends the whole delivery: a
// broken archive (Invalid, with what came before it stored), a full disk.
func (s *Service) Accept(ctx context.Context, a ward.Actor, in Delivery) (Outcome, error) {
	object := ward.Object{Kind: "advisory"}
	d, err := s.cfg.Guard.Check(a, "advisory.write", object)
	if err != nil {
		return Outcome{}, ward.Wrap("accept advisories", err)
	}
	if in.Source == "" {
		in.Source = UploadSource
	}
	var out Outcome
	err = s.open(ctx, in, &out, !a.System)
	if !a.System {
		err = errors.Join(err, s.cfg.DB.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error {
			return s.record(ctx, tx, a, d, "advisory.write", object, out.detail(in.Name))
		}))
	}
	return out, ward.Wrap("accept advisories", err)
}

// open walks a file or archive and takes its documents in, lot by lot.
func (s *Service) open(ctx context.Context, in Delivery, out *Outcome, person bool) error {
	lot := lot{service: s, out: out}
	each := func(name string, r io.Reader) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return lot.file(ctx, arrival{source: in.Source, name: name, signature: Unchecked, unmarked: in.Unmarked,
			person: person, fetchedAt: s.cfg.Clock()}, r)
	}
	var err error
	if at, ok := in.Body.(io.ReaderAt); ok && in.Size > 0 {
		err = pack.Walk(in.Name, at, in.Size, packLimits(), each)
	} else {
		err = pack.Stream(in.Name, in.Body, packLimits(), each)
	}
	return errors.Join(brokenArchive(err), lot.flush(ctx))
}

func packLimits() pack.Limits { return pack.Limits{File: maxDocument + 1} }

// brokenArchive turns an error of the archive into words for a person.
func brokenArchive(err error) error {
	var broken *pack.Error
	if errors.As(err, &broken) {
		return ward.Fail(ward.Invalid, "advisory.upload.error.archive").At("file").Because(err)
	}
	return err
}

// readPacked walks an archive that is not of advisories.
func readPacked(name string, r io.Reader, each func(name string, r io.Reader) error) error {
	return brokenArchive(pack.Stream(name, r, pack.Limits{Total: 16 << 30, Entries: 2_000_000}, each))
}

// lot gathers documents until they are worth a transaction.
type lot struct {
	service  *Service
	out      *Outcome
	arrivals []arrival
	bytes    int
}

// lotBytes bounds the documents in hand; parsed and checked they take some ten
// times as much.
const lotBytes = 4 << 20

// file reads one file of the delivery.
func (l *lot) file(ctx context.Context, in arrival, r io.Reader) error {
	body, err := io.ReadAll(io.LimitReader(r, maxDocument+1))
	if err == nil && !looksJSON(in.name, body) {
		l.out.Ignored++
		return nil
	}
	if err != nil {
		h := handled{name: in.name, fate: FateRefused, refusal: &Refusal{Name: in.name, Kind: refuseFormat,
			Problems: []problem.Problem{{Rule: "read", Detail: err.Error()}}}}
		l.out.add(h)
		return l.service.settleFaults(ctx, in.source, []handled{h})
	}
	in.body = body
	l.arrivals, l.bytes = append(l.arrivals, in), l.bytes+len(body)
	if len(l.arrivals) >= batchSize || l.bytes >= lotBytes {
		return l.flush(ctx)
	}
	return nil
}

// looksJSON tells a document from its companions: hashes, signatures, listings.
func looksJSON(name string, body []byte) bool {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		switch strings.ToLower(name[i:]) {
		case ".json":
			return true
		case ".asc", ".sig", ".sha256", ".sha512", ".txt", ".csv", ".md", ".html":
			return false
		}
	}
	head := strings.TrimLeft(string(body[:min(len(body), 64)]), "\ufeff \t\r\n")
	return strings.HasPrefix(head, "{")
}

func (l *lot) flush(ctx context.Context) error {
	done, err := l.service.process(ctx, l.arrivals)
	for _, h := range done {
		l.out.add(h)
	}
	l.arrivals, l.bytes = nil, 0
	return err
}

// process prepares documents on all cores, stores them in one transaction, and
// keeps the faults of their sources. It gives one handled per arrival, unless it fails.
func (s *Service) process(ctx context.Context, in []arrival) ([]handled, error) {
	if len(in) == 0 {
		return nil, nil
	}
	ready, refusals := make([]*prepared, len(in)), make([]*Refusal, len(in))
	var all errgroup.Group
	all.SetLimit(runtime.GOMAXPROCS(0))
	for i := range in {
		all.Go(func() error {
			ready[i], refusals[i] = s.prepare(in[i])
			return ctx.Err()
		})
	}
	if err := all.Wait(); err != nil {
		return nil, err
	}
	var batch []*prepared
	for _, p := range ready {
		if p != nil {
			batch = append(batch, p)
		}
	}
	stored, err := s.store(ctx, batch)
	if err != nil {
		return nil, err
	}
	out := make([]handled, len(in))
	for i := range in {
		out[i] = handled{name: in[i].name, fate: FateRefused, refusal: refusals[i]}
		if ready[i] != nil {
			out[i] = handledOf(in[i].name, stored[0])
			stored = stored[1:]
		}
	}
	return out, s.settleFaults(ctx, in[0].source, out)
}

func handledOf(name string, r result) handled {
	h := handled{name: name, fate: r.fate, advisory: r.advisory}
	if r.fate == FateRefused {
		kind := r.refused
		if kind == "" {
			kind = refuseStore
		}
		h.refusal = &Refusal{Name: name, Kind: kind}
	}
	return h
}

// settleFaults keeps the refusals at their source and closes the faults of what
// went well this time.
func (s *Service) settleFaults(ctx context.Context, source string, done []handled) error {
	now := s.cfg.Clock()
	var well []string
	var faults []harvest.Fault
	for _, h := range done {
		if h.fate != FateRefused {
			well = append(well, h.name)
			continue
		}
		faults = append(faults, harvest.FaultOf(h.refusal.Name, h.refusal.Kind, h.refusal.Problems, now))
	}
	if source == UploadSource && len(faults) == 0 {
		return nil // what people bring is seldom brought twice; nothing to close
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		for _, f := range faults {
			if err := harvest.PutFault(ctx, tx, source, f); err != nil {
				return err
			}
		}
		return harvest.ResolveFaults(ctx, tx, source, well, now)
	})
}

// AcceptURL fetches one document or archive from an address and takes it in.
func (s *Service) AcceptURL(ctx context.Context, a ward.Actor, address string, unmarked *ward.TLP) (Outcome, error) {
	if _, err := s.cfg.Guard.Check(a, "advisory.write", ward.Object{Kind: "advisory"}); err != nil {
		return Outcome{}, ward.Wrap("accept from address", err)
	}
	check := harvest.Source{Kind: harvest.URL, URL: address}
	if err := check.Check(); err != nil {
		return Outcome{}, ward.Wrap("accept from address", err)
	}
	res, err := s.cfg.Fetch.Get(ctx, check.URL, fetch.Options{MaxBytes: harvest.MaxFile, Timeout: harvest.RunTime})
	if err != nil {
		return Outcome{}, ward.Wrap("accept from address", ward.Fail(ward.Invalid, "advisory.upload.error.fetch").At("url").Because(err))
	}
	defer res.Body.Close()
	return s.Accept(ctx, a, Delivery{Name: check.URL, Body: res.Body, Unmarked: unmarked})
}
