package advisory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/format/cve"
	"ward/format/epss"
	"ward/format/kev"
	"ward/kit/db"
)

// Enrichment counts what a catalogue or file changed.
type Enrichment struct {
	Read      int // entries that could be read
	Added     int // newly listed, or stored for the first time
	Changed   int
	Withdrawn int
	Problems  int // entries that could not be read
	Touched   int // advisories whose exploited mark or score changed
}

// Enrich reads a catalogue that a person brings. force lets a catalogue through
// that takes back more than shrinkage allows. kind is one of the kinds of
// sources that are no advisories.
func (s *Service) Enrich(ctx context.Context, a ward.Actor, kind SourceKind, name string, r io.Reader, force bool) (Enrichment, error) {
	object := own(a, "source", UploadSource)
	d, err := s.cfg.Guard.Check(a, "source.write", object)
	if err != nil {
		return Enrichment{}, ward.Wrap("enrich", err)
	}
	var out Enrichment
	switch kind {
	case SourceKEVCISA, SourceKEVEU:
		out, err = s.openKEV(ctx, SignalKind(kind), name, r, force)
	case SourceEPSS:
		out, err = s.readEPSS(ctx, r)
	case SourceCVE:
		out, err = s.readRecords(ctx, UploadSource, name, r)
	default:
		return out, ward.Fail(ward.Invalid, "advisory.source.error.kind").At("kind")
	}
	if err != nil {
		return out, ward.Wrap("enrich", unreadableFile(err))
	}
	if a.System {
		return out, nil
	}
	return out, ward.Wrap("enrich", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		return s.record(ctx, tx, a, d, "source.write", object, map[string]string{"file": clip(name, 200), "kind": string(kind)})
	}))
}

// unreadableFile makes words for a person of an error that is the file's fault.
func unreadableFile(err error) error {
	if ward.CodeOf(err) != ward.Internal || errors.Is(err, context.Canceled) {
		return err
	}
	return ward.Fail(ward.Invalid, "advisory.upload.error.file").At("file").Because(err)
}

// errShrunk stops a catalogue that lost so much at once that it is more likely
// cut off or forged than withdrawn.
func errShrunk(gone int) error {
	return ward.Fail(ward.Conflict, "advisory.upload.error.shrunk", "gone", itoa(gone)).At("file").
		Because(fmt.Errorf("%d entries are gone at once, more likely cut off or forged than withdrawn; nothing was changed", gone))
}

// shrinkage is what a catalogue may take back at once without being asked: 20
// entries, or a twentieth. CISA took back a handful in four years.
func shrinkage(stored int) int { return max(20, stored/20) }

// openKEV reads a catalogue that may be packed; of an archive all its JSON files
// are taken for catalogues, one after the other.
func (s *Service) openKEV(ctx context.Context, kind SignalKind, name string, r io.Reader, force bool) (out Enrichment, err error) {
	err = readPacked(name, r, func(file string, r io.Reader) error {
		out, err = s.readKEV(ctx, kind, r, force)
		return err
	})
	return out, err
}

// readKEV compares a catalogue with what is stored of it, in one transaction
// with the marks of all advisories that it touches. Entries that it no longer
// has are withdrawn, unless some could not be read: an unread one is no withdrawal.
func (s *Service) readKEV(ctx context.Context, kind SignalKind, r io.Reader, force bool) (Enrichment, error) {
	now := s.cfg.Clock()
	listed := map[string]Signal{}
	cat, err := kev.Read(r, kev.Limits{Entries: maxSignals}, func(e kev.Entry) error {
		listed[e.CVE] = Signal{CVE: e.CVE, Kind: kind, Ransomware: e.Ransomware, Listed: e.Added, Due: e.Due,
			Vendor: clip(e.Vendor, 200), Product: clip(e.Product, 300), Name: clip(e.Name, 300), Description: clip(e.Description, 1500),
			Action: clip(e.Action, 1000), Seen: now}
		return nil
	})
	if err != nil {
		return Enrichment{}, err
	}
	if want := map[kev.Source]SignalKind{kev.CISA: KEVCISA, kev.EU: KEVEU}[cat.Source]; want != kind {
		return Enrichment{}, ward.Fail(ward.Invalid, "advisory.upload.error.catalogue").At("kind")
	}
	var out Enrichment
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		out = Enrichment{Read: cat.Entries, Problems: len(cat.Problems)}
		stored, err := signalsOfKind(ctx, tx, kind)
		if err != nil {
			return err
		}
		changes := compareCatalogue(stored, listed, now, len(cat.Problems) == 0)
		for _, c := range changes {
			switch c.what {
			case "listed":
				out.Added++
			case "withdrawn":
				out.Withdrawn++
			default:
				out.Changed++
			}
		}
		if !force && out.Withdrawn > shrinkage(len(stored)) {
			return errShrunk(out.Withdrawn)
		}
		if out.Touched, err = s.putCatalogue(ctx, tx, changes, now); err != nil || len(changes) == 0 {
			return err
		}
		return s.cfg.Bus.Publish(ctx, tx, ward.CatalogueChanged{Catalogue: string(kind)})
	})
	return out, err
}

// told is one change of a catalogue.
type told struct {
	Signal
	what string // listed, withdrawn, changed
}

// compareCatalogue tells what changed, in the order of the CVEs.
func compareCatalogue(stored, listed map[string]Signal, now time.Time, complete bool) []told {
	var out []told
	for cve, s := range listed {
		old, known := stored[cve]
		switch {
		case !known || !old.Withdrawn.IsZero():
			if known {
				s.Seen = old.Seen
			}
			out = append(out, told{s, "listed"})
		case !old.says(s):
			s.Seen = old.Seen
			out = append(out, told{s, "changed"})
		}
	}
	for cve, old := range stored {
		if _, still := listed[cve]; !still && complete && old.Withdrawn.IsZero() {
			old.Withdrawn = now
			out = append(out, told{old, "withdrawn"})
		}
	}
	slices.SortFunc(out, func(a, b told) int { return strings.Compare(a.CVE, b.CVE) })
	return out
}

func (s *Service) putCatalogue(ctx context.Context, tx *db.Tx, changes []told, now time.Time) (touched int, err error) {
	cves := make([]string, len(changes))
	for i := range changes {
		c := &changes[i]
		cves[i] = c.CVE
		if err := putSignal(ctx, tx, &c.Signal); err != nil {
			return 0, err
		}
		if err := addHistory(ctx, tx, s.cfg.IDs(), c.CVE, c.Kind, c.what, now); err != nil {
			return 0, err
		}
	}
	return s.reassess(ctx, tx, cves)
}

// reassess brings the heads of all advisories with these CVEs up to what is
// known now, and tells those whose exploited mark changed.
func (s *Service) reassess(ctx context.Context, tx *db.Tx, cves []string) (touched int, err error) {
	for len(cves) > 0 {
		n := min(len(cves), headBatch)
		ids, err := advisoriesWith(ctx, tx, cves[:n])
		if err != nil {
			return touched, err
		}
		for len(ids) > 0 {
			m := min(len(ids), headBatch)
			changed, err := s.reassessSome(ctx, tx, ids[:m])
			if err != nil {
				return touched, err
			}
			touched += changed
			ids = ids[m:]
		}
		cves = cves[n:]
	}
	return touched, nil
}

func (s *Service) reassessSome(ctx context.Context, tx *db.Tx, ids []ward.AdvisoryID) (touched int, err error) {
	heads, err := headsByID(ctx, tx, ids)
	if err == nil {
		err = withCVEs(ctx, tx, heads)
	}
	if err != nil {
		return 0, err
	}
	var all []string
	for _, h := range heads {
		all = append(all, h.CVEs...)
	}
	slices.Sort(all)
	by, err := signalsOf(ctx, tx, slices.Compact(all))
	if err != nil {
		return 0, err
	}
	for i := range heads {
		h, before := &heads[i], heads[i]
		assess(h, h.CVEs, by)
		if h.Exploited == before.Exploited && h.EPSS == before.EPSS && h.Score == before.Score {
			continue
		}
		touched++
		if err := setSignals(ctx, tx, h); err != nil {
			return touched, err
		}
		if h.Exploited == before.Exploited {
			continue
		}
		if err := s.tell(ctx, tx, ward.AdvisoryPublished{Advisory: h.ID, Revision: h.Revision, Why: "enriched"}); err != nil {
			return touched, err
		}
	}
	return touched, nil
}

// epssLot is how many scores share a transaction: some 50 ms of the one writer.
const epssLot = 5000

// readEPSS stores a day's scores. A probability is no event: it changes every
// day for every weakness.
func (s *Service) readEPSS(ctx context.Context, r io.Reader) (Enrichment, error) {
	var out Enrichment
	var rows []epssRow
	day := s.cfg.Clock().Format(time.DateOnly)
	flush := func() error {
		if len(rows) == 0 {
			return nil
		}
		rows = lastScores(rows)
		err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return putEPSS(ctx, tx, rows, day) })
		rows = rows[:0]
		return err
	}
	head, err := epss.Read(r, epss.Limits{}, func(sc epss.Score) error {
		rows = append(rows, epssRow{sc.CVE, sc.EPSS, sc.Percentile})
		if len(rows) < epssLot {
			return nil
		}
		return flush()
	})
	out.Read, out.Problems = head.Rows, len(head.Problems)
	if err = errors.Join(err, flush()); err != nil {
		return out, err
	}
	return out, s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return refreshEPSS(ctx, tx) })
}

// lastScores keeps one row for each CVE: one statement may not touch a row twice.
func lastScores(rows []epssRow) []epssRow {
	at := make(map[string]int, len(rows))
	out := rows[:0]
	for _, r := range rows {
		if i, ok := at[r.cve]; ok {
			out[i] = r
			continue
		}
		at[r.cve] = len(out)
		out = append(out, r)
	}
	return out
}

// recordLot is how many CVE records share a transaction.
const recordLot = 200

// readRecords stores CVE 5 records from one file or an archive. A record that
// cannot be read costs only itself.
func (s *Service) readRecords(ctx context.Context, source, name string, r io.Reader) (Enrichment, error) {
	var out Enrichment
	var lot []*cve.Record
	flush := func() error {
		if len(lot) == 0 {
			return nil
		}
		err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
			n, err := s.putRecords(ctx, tx, lot)
			out.Touched += n
			return err
		})
		lot = lot[:0]
		return err
	}
	err := readPacked(name, r, func(file string, r io.Reader) error {
		body, err := io.ReadAll(io.LimitReader(r, maxRecord+1))
		if err == nil && !looksJSON(file, body) {
			return nil
		}
		var rec *cve.Record
		if err == nil {
			rec, err = cve.Parse(body, cve.Limits{Bytes: maxRecord})
		}
		if err != nil {
			out.Problems++
			return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
				return putFault(ctx, tx, source, Fault{Subject: file, Kind: refuseFormat, Detail: clip(err.Error(), maxFaultDetail), Last: s.cfg.Clock()})
			})
		}
		out.Read++
		if lot = append(lot, rec); len(lot) < recordLot {
			return ctx.Err()
		}
		return flush()
	})
	return out, errors.Join(err, flush())
}

// maxRecord bounds one CVE record in bytes; those of the kernel reach 2 MiB.
const maxRecord = 16 << 20

func (s *Service) putRecords(ctx context.Context, tx *db.Tx, lot []*cve.Record) (touched int, err error) {
	var cves []string
	for _, r := range lot {
		w := Weakness{CVE: r.ID, Rejected: r.Rejected(), Title: clip(r.Title, 500), Public: r.Published}
		w.Score, w.Vector = rating(r.Metrics)
		if err := putWeakness(ctx, tx, &w, r.Updated); err != nil {
			return 0, err
		}
		cves = append(cves, r.ID)
	}
	return s.reassess(ctx, tx, cves)
}

// rating prefers the newest CVSS version, then the highest score, as for
// documents (CSAF 2.0 section 9.1.11).
func rating(metrics []cve.Metric) (score float64, vector string) {
	best := slices.MaxFunc(append(metrics, cve.Metric{}), func(a, b cve.Metric) int {
		if c := strings.Compare(a.Version, b.Version); c != 0 {
			return c
		}
		return int(a.Score*10) - int(b.Score*10)
	})
	return best.Score, best.Vector
}
