package signal

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/format/kev"
	"ward/format/plain"
	"ward/kit/db"
)

// errShrunk stops a catalogue that lost so much at once that it is more likely
// cut off or forged than withdrawn.
func errShrunk(gone int) error {
	return ward.Fail(ward.Conflict, "advisory.upload.error.shrunk", "gone", strconv.Itoa(gone)).At("file").
		Because(fmt.Errorf("%d entries are gone at once, more likely cut off or forged than withdrawn; nothing was changed", gone))
}

// shrinkage is what a catalogue may take back at once without being asked: 20
// entries, or a twentieth. CISA took back a handful in four years.
func shrinkage(stored int) int { return max(20, stored/20) }

// Catalogue compares a catalogue with what is stored of it, in one transaction
// with the marks of all advisories that it touches. Entries that it no longer
// has are withdrawn, unless some could not be read: an unread one is no withdrawal.
func (k *Keeper) Catalogue(ctx context.Context, kind Kind, r io.Reader, force bool) (Enrichment, error) {
	now := k.cfg.Clock()
	listed := map[string]Entry{}
	cat, err := kev.Read(r, kev.Limits{Entries: maxEntries}, func(e kev.Entry) error {
		if before, twice := listed[e.CVE]; twice { // two CSIRTs reported it: the worse stands, from the first day on
			before.Ransomware = before.Ransomware || e.Ransomware
			if e.Added.Before(before.Listed) {
				before.Listed = e.Added
			}
			listed[e.CVE] = before
			return nil
		}
		listed[e.CVE] = Entry{CVE: e.CVE, Kind: kind, Ransomware: e.Ransomware, Listed: e.Added, Due: e.Due,
			Vendor: plain.Cut(e.Vendor, 200), Product: plain.Cut(e.Product, 300), Name: plain.Cut(e.Name, 300), Description: plain.Cut(e.Description, 1500),
			Action: plain.Cut(e.Action, 1000), Seen: now}
		return nil
	})
	if err != nil {
		return Enrichment{}, err
	}
	if want := map[kev.Source]Kind{kev.CISA: CISA, kev.EU: EU}[cat.Source]; want != kind {
		return Enrichment{}, ward.Fail(ward.Invalid, "advisory.upload.error.catalogue").At("kind")
	}
	var out Enrichment
	err = k.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		out = Enrichment{Read: cat.Entries, Problems: len(cat.Problems)}
		stored, err := entriesOf(ctx, tx, kind)
		if err != nil {
			return err
		}
		for _, cve := range cat.Unread { // one with a wrong day, say, is there all the same
			if old, known := stored[cve]; known && old.Withdrawn.IsZero() && listed[cve].CVE == "" {
				listed[cve] = old
			}
		}
		changes := compareCatalogue(stored, listed, now, len(cat.Problems) == len(cat.Unread))
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
		if out.Touched, err = k.putCatalogue(ctx, tx, changes, now); err != nil || len(changes) == 0 {
			return err
		}
		return k.cfg.Bus.Publish(ctx, tx, ward.CatalogueChanged{Catalogue: string(kind)})
	})
	return out, err
}

// told is one change of a catalogue.
type told struct {
	Entry
	what string // listed, withdrawn, changed
}

// compareCatalogue tells what changed, in the order of the CVEs.
func compareCatalogue(stored, listed map[string]Entry, now time.Time, complete bool) []told {
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

func (k *Keeper) putCatalogue(ctx context.Context, tx *db.Tx, changes []told, now time.Time) (touched int, err error) {
	cves := make([]string, len(changes))
	for i := range changes {
		c := &changes[i]
		cves[i] = c.CVE
		if err := putEntry(ctx, tx, &c.Entry); err != nil {
			return 0, err
		}
		if err := addHistory(ctx, tx, k.cfg.IDs(), c.CVE, c.Kind, c.what, now); err != nil {
			return 0, err
		}
	}
	return k.cfg.Heads.Reassess(ctx, tx, cves)
}
