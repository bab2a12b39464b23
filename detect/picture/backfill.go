package picture

import (
	"context"
	"errors"
	"io"
	"time"

	"ward"
	"ward/format/breach"
	"ward/format/pack"
	"ward/kit/db"
)

// Imported says what an import of history did.
type Imported struct {
	Read    int `json:"read"`
	New     int `json:"new"`
	Known   int `json:"known" doc:"were there before"`
	Skipped int `json:"skipped" doc:"other sectors, no victim, near misses"`
	Refused int `json:"refused" doc:"records that could not be read"`
	// Faults are the first of Refused, with their places.
	Faults []string `json:"faults"`
}

// Bounds of an import. They are far above the whole of both collections.
const (
	maxHistory    = 256 << 20 // bytes, unpacked
	maxEntries    = 50_000
	maxFaults     = 20
	historyBatch  = 1000
	historyReport = 300 // length of a fault
)

// Import takes history in: VCDB incidents (JSON, one or many, or lines) or
// breaches told to the US health authority (CSV), plain or in an archive. What is
// there already stays; a damaged record does not stop the rest. Needs
// picture.write. Invalid when nothing in it is of either kind.
func (s *Service) Import(ctx context.Context, a ward.Actor, name string, body io.Reader) (out Imported, err error) {
	decision, err := s.cfg.Guard.Check(a, permWrite, ward.Object{Kind: "picture"})
	if err != nil {
		return out, ward.Wrap("import history", err)
	}
	out.Faults = []string{}
	var batch []Case
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		n, err := s.keep(ctx, batch)
		out.New += n
		out.Known += len(batch) - n
		batch = batch[:0]
		return err
	}
	each := func(r breach.Record, fault error) error {
		out.Read++
		if fault != nil {
			out.Refused++
			if len(out.Faults) < maxFaults {
				text := fault.Error()
				out.Faults = append(out.Faults, text[:min(len(text), historyReport)])
			}
			return nil
		}
		if !r.Health {
			out.Skipped++
			return nil
		}
		if batch = append(batch, s.caseOf(r)); len(batch) == historyBatch {
			return flush()
		}
		return nil
	}
	err = pack.Stream(name, io.LimitReader(body, maxHistory), pack.Limits{Total: maxHistory, Entries: maxEntries}, func(entry string, r io.Reader) error {
		err := breach.Read(entry, r, each)
		var foreign *breach.Error
		if errors.As(err, &foreign) { // the next file of an archive may be readable
			return each(breach.Record{}, foreign)
		}
		return err
	})
	if err == nil {
		err = flush()
	}
	var damaged *pack.Error
	if errors.As(err, &damaged) {
		return out, ward.Wrap("import history", ward.Fail(ward.Invalid, "picture.error.archive").At("file").Because(err))
	}
	if err == nil && out.Read == out.Refused {
		return out, ward.Wrap("import history", ward.Fail(ward.Invalid, "picture.error.history").At("file"))
	}
	if err != nil {
		return out, ward.Wrap("import history", err)
	}
	return out, ward.Wrap("import history", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		return s.record(ctx, tx, a, permWrite, decision.Policy, map[string]string{"act": "imported"})
	}))
}

// keep stores a batch in one transaction under one serial.
func (s *Service) keep(ctx context.Context, batch []Case) (n int, err error) {
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "picture"); err != nil {
			return err
		}
		serial, _, err := nextSerial(ctx, tx)
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		var rows []Case
		for _, c := range batch {
			if c.Born, c.Serial = serial, serial; !seen[c.Mark] {
				seen[c.Mark] = true
				rows = append(rows, c)
			}
		}
		added, err := insertHistory(ctx, tx, rows)
		n = int(added)
		return err
	})
	return n, err
}

// caseOf is an incident of history. Its organisation is public, and still only a
// mark here: the picture names nobody.
func (s *Service) caseOf(r breach.Record) Case {
	now := s.cfg.Clock()
	source := VCDB
	if r.Collection == breach.HHS {
		source = HHS
	}
	c := Case{Mark: s.mark(string(source), r.ID), Org: s.mark(string(source)+" org", r.Victim), Source: source, Country: ward.Country(r.Country), Day: dayOf(r.Day),
		Sector: r.Sector, Cause: r.Cause, Told: r.Day, Sending: "history", Known: now}
	for _, x := range []struct {
		holds bool
		sign  string
	}{{r.Stolen, "data_stolen"}, {r.Malicious, "malicious"}, {r.Ransomware, "ransomware"}} {
		if x.holds {
			c.Signs = append(c.Signs, x.sign)
		}
	}
	if r.Family != "" {
		c.Family = s.family(ward.IncidentReported{Family: r.Family})
	}
	return c
}

// forget drops the questions of past days.
func (s *Service) forget(ctx context.Context) error {
	s.asked.Clear()
	return ward.Wrap("forget questions", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		return deleteQuestions(ctx, tx, dayOf(s.cfg.Clock()))
	}))
}

// forgetting looks for questions of past days.
type forgetting struct{}

// Kind implements job.Args.
func (forgetting) Kind() string { return "picture.forget" }

const forgetEvery = 12 * time.Hour
