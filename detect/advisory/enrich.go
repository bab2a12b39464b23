package advisory

import (
	"context"
	"errors"
	"io"

	"ward"
	"ward/detect/advisory/harvest"
	"ward/detect/advisory/signal"
	"ward/format/cve"
	"ward/format/plain"
	"ward/kit/db"
)

// Enrich reads a catalogue that a person brings. force lets a catalogue through
// that takes back more than shrinkage allows. kind is one of the kinds of
// sources that are no advisories.
func (s *Service) Enrich(ctx context.Context, a ward.Actor, kind harvest.Kind, name string, r io.Reader, force bool) (signal.Enrichment, error) {
	object := own(a, "source", UploadSource)
	d, err := s.cfg.Guard.Check(a, "source.write", object)
	if err != nil {
		return signal.Enrichment{}, ward.Wrap("enrich", err)
	}
	var out signal.Enrichment
	switch kind {
	case harvest.KEVCISA, harvest.KEVEU:
		out, err = s.openKEV(ctx, signal.Kind(kind), name, r, force)
	case harvest.EPSS:
		out, err = s.signals.Scores(ctx, r)
	case harvest.CVE:
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
		return s.record(ctx, tx, a, d, "source.write", object, map[string]string{"file": plain.Cut(name, 200), "kind": string(kind)})
	}))
}

// unreadableFile makes words for a person of an error that is the file's fault.
func unreadableFile(err error) error {
	if ward.CodeOf(err) != ward.Internal || errors.Is(err, context.Canceled) {
		return err
	}
	return ward.Fail(ward.Invalid, "advisory.upload.error.file").At("file").Because(err)
}

// openKEV reads a catalogue that may be packed; of an archive all its JSON files
// are taken for catalogues, one after the other.
func (s *Service) openKEV(ctx context.Context, kind signal.Kind, name string, r io.Reader, force bool) (out signal.Enrichment, err error) {
	err = readPacked(name, r, func(file string, r io.Reader) error {
		out, err = s.signals.Catalogue(ctx, kind, r, force)
		return err
	})
	return out, err
}

// recordLot is how many CVE records share a transaction.
const recordLot = 200

// readRecords stores CVE 5 records from one file or an archive. A record that
// cannot be read costs only itself.
func (s *Service) readRecords(ctx context.Context, source, name string, r io.Reader) (signal.Enrichment, error) {
	var out signal.Enrichment
	var lot []*cve.Record
	flush := func() error {
		if len(lot) == 0 {
			return nil
		}
		n, err := s.signals.Records(ctx, lot)
		out.Touched += n
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
				return harvest.PutFault(ctx, tx, source, harvest.Fault{Subject: file, Kind: refuseFormat, Detail: plain.Cut(err.Error(), harvest.MaxDetail), Last: s.cfg.Clock()})
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
