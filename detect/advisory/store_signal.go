package advisory

import (
	"context"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
)

// signalsOf reads what is known of CVEs, for assess.
func signalsOf(ctx context.Context, tx *db.Tx, cves []string) (map[string]said, error) {
	out := map[string]said{}
	for len(cves) > 0 {
		n := min(len(cves), headBatch)
		if err := someSignals(ctx, tx, cves[:n], out); err != nil {
			return nil, err
		}
		cves = cves[n:]
	}
	return out, nil
}

// someSignals reads three tables one after the other; a join would repeat the
// long list of CVEs three times all the same.
func someSignals(ctx context.Context, tx *db.Tx, cves []string, out map[string]said) error {
	var args db.Args
	in := db.In(&args, cves)
	err := tx.Query(ctx, `
		SELECT cve, MAX(ransomware) FROM advisory_signal
		WHERE cve IN (`+in+`) AND withdrawn_at IS NULL GROUP BY cve ORDER BY cve`, args,
		func(r db.Row) error {
			var cve string
			var ransomware int
			err := r.Scan(&cve, &ransomware)
			out[cve] = said{listed: true, ransomware: ransomware == 1}
			return err
		})
	if err != nil {
		return err
	}
	err = tx.Query(ctx, `SELECT cve, probability FROM advisory_epss WHERE cve IN (`+in+`) ORDER BY cve`, args, func(r db.Row) error {
		var cve string
		var p float64
		err := r.Scan(&cve, &p)
		w := out[cve]
		w.epss = p
		out[cve] = w
		return err
	})
	if err != nil {
		return err
	}
	return tx.Query(ctx, `SELECT cve, rejected, score, vector FROM advisory_weakness WHERE cve IN (`+in+`) ORDER BY cve`, args, func(r db.Row) error {
		var cve string
		var w said
		var rejected int
		err := r.Scan(&cve, &rejected, &w.score, &w.vector)
		old := out[cve]
		old.rejected, old.score, old.vector = rejected == 1, w.score, w.vector
		out[cve] = old
		return err
	})
}

const signalColumns = `cve, kind, ransomware, listed_at, due_at, vendor, product, name, description, action, seen_at, withdrawn_at`

func scanSignal(r db.Row) (s Signal, err error) {
	var ransomware int
	var listed, due, seen, withdrawn db.Time
	err = r.Scan(&s.CVE, &s.Kind, &ransomware, &listed, &due, &s.Vendor, &s.Product, &s.Name, &s.Description, &s.Action, &seen, &withdrawn)
	s.Ransomware = ransomware == 1
	s.Listed, s.Due, s.Seen, s.Withdrawn = listed.Time, due.Time, seen.Time, withdrawn.Time
	return s, err
}

// maxSignals bounds one catalogue; CISA's has about 1,500 entries.
const maxSignals = 100_000

// signalsOfKind reads a whole catalogue as it is stored, by CVE.
func signalsOfKind(ctx context.Context, tx *db.Tx, kind SignalKind) (map[string]Signal, error) {
	list, err := db.Rows(ctx, tx, `SELECT `+signalColumns+` FROM advisory_signal WHERE kind = $1 ORDER BY cve LIMIT $2`,
		[]any{string(kind), maxSignals}, scanSignal)
	out := make(map[string]Signal, len(list))
	for _, s := range list {
		out[s.CVE] = s
	}
	return out, err
}

// putSignal keeps the day of the first sight when an entry changes.
func putSignal(ctx context.Context, tx *db.Tx, s *Signal) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO advisory_signal (`+signalColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (cve, kind) DO UPDATE SET ransomware = excluded.ransomware, listed_at = excluded.listed_at,
			due_at = excluded.due_at, vendor = excluded.vendor, product = excluded.product, name = excluded.name,
			description = excluded.description, action = excluded.action, withdrawn_at = excluded.withdrawn_at`,
		s.CVE, string(s.Kind), db.Flag(s.Ransomware), db.At(s.Listed), db.At(s.Due), s.Vendor, s.Product, s.Name, s.Description, s.Action,
		db.At(s.Seen), db.At(s.Withdrawn))
	return err
}

// addHistory appends one line; history is never changed.
func addHistory(ctx context.Context, tx *db.Tx, id, cve string, kind SignalKind, what string, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO advisory_signal_history (id, cve, kind, what, at) VALUES ($1, $2, $3, $4, $5)`,
		id, cve, string(kind), what, db.At(at))
	return err
}

// Told is one line of the history of a CVE in a catalogue.
type Told struct {
	CVE  string
	Kind SignalKind
	What string // listed, withdrawn, changed
	At   time.Time
}

// historyOf lists what catalogues said of CVEs, oldest first.
func historyOf(ctx context.Context, tx *db.Tx, cves []string) ([]Told, error) {
	if len(cves) == 0 {
		return nil, nil
	}
	var args db.Args
	return db.Rows(ctx, tx, `
		SELECT cve, kind, what, at FROM advisory_signal_history
		WHERE cve IN (`+db.In(&args, cves)+`) ORDER BY at, id LIMIT 500`, args, func(r db.Row) (t Told, err error) {
		var at db.Time
		err = r.Scan(&t.CVE, &t.Kind, &t.What, &at)
		t.At = at.Time
		return t, err
	})
}

// weaknessesOf reads all that is known of at most a few hundred CVEs.
func weaknessesOf(ctx context.Context, tx *db.Tx, cves []string) (map[string]*Weakness, error) {
	out := map[string]*Weakness{}
	if len(cves) == 0 {
		return out, nil
	}
	for _, c := range cves {
		out[c] = &Weakness{CVE: c}
	}
	var args db.Args
	in := db.In(&args, cves)
	err := tx.Query(ctx, `SELECT cve, rejected, title, score, vector, public_at FROM advisory_weakness WHERE cve IN (`+in+`) ORDER BY cve`, args,
		func(r db.Row) error {
			var w Weakness
			var rejected int
			var public db.Time
			err := r.Scan(&w.CVE, &rejected, &w.Title, &w.Score, &w.Vector, &public)
			w.Rejected, w.Public = rejected == 1, public.Time
			*out[w.CVE] = w
			return err
		})
	if err != nil {
		return nil, err
	}
	err = tx.Query(ctx, `SELECT cve, probability, percentile FROM advisory_epss WHERE cve IN (`+in+`) ORDER BY cve`, args, func(r db.Row) error {
		var cve string
		var p, q float64
		err := r.Scan(&cve, &p, &q)
		out[cve].EPSS, out[cve].Percentile = p, q
		return err
	})
	if err != nil {
		return nil, err
	}
	signals, err := db.Rows(ctx, tx, `SELECT `+signalColumns+` FROM advisory_signal WHERE cve IN (`+in+`) ORDER BY cve, kind`, args, scanSignal)
	for _, s := range signals {
		out[s.CVE].Signals = append(out[s.CVE].Signals, s)
	}
	return out, err
}

// advisoriesWith lists the advisories that name one of the CVEs, in order.
func advisoriesWith(ctx context.Context, tx *db.Tx, cves []string) ([]ward.AdvisoryID, error) {
	if len(cves) == 0 {
		return nil, nil
	}
	var args db.Args
	return db.Rows(ctx, tx, `SELECT DISTINCT advisory_id FROM advisory_cve WHERE cve IN (`+db.In(&args, cves)+`)
		AND advisory_id IN (SELECT id FROM advisory WHERE deleted_at IS NULL) ORDER BY advisory_id`,
		args, func(r db.Row) (id ward.AdvisoryID, err error) { err = r.Scan(&id); return id, err })
}

// epssRow is one score to store.
type epssRow struct {
	cve                     string
	probability, percentile float64
}

// putEPSS writes scores; rows that did not change cost a look only.
func putEPSS(ctx context.Context, tx *db.Tx, rows []epssRow, day string) error {
	for len(rows) > 0 {
		n := min(len(rows), 250)
		args := db.Args{}
		at := args.Add(day)
		values := make([]string, n)
		for i, r := range rows[:n] {
			values[i] = "(" + args.Add(r.cve) + ", " + args.Add(r.probability) + ", " + args.Add(r.percentile) + ", " + at + ")"
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO advisory_epss (cve, probability, percentile, day) VALUES `+strings.Join(values, ", ")+`
			ON CONFLICT (cve) DO UPDATE SET probability = excluded.probability, percentile = excluded.percentile, day = excluded.day
			WHERE advisory_epss.probability <> excluded.probability OR advisory_epss.percentile <> excluded.percentile`, args...)
		if err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// refreshEPSS brings the heads up to the stored scores.
func refreshEPSS(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `
		UPDATE advisory SET epss = COALESCE((
			SELECT MAX(e.probability) FROM advisory_cve c JOIN advisory_epss e ON e.cve = c.cve
			WHERE c.advisory_id = advisory.id), 0)`)
	return err
}

// putWeakness lets no older record replace a newer one: archives come in any order.
func putWeakness(ctx context.Context, tx *db.Tx, w *Weakness, updated time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO advisory_weakness (cve, rejected, title, score, vector, public_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (cve) DO UPDATE SET rejected = excluded.rejected, title = excluded.title, score = excluded.score,
			vector = excluded.vector, public_at = excluded.public_at, updated_at = excluded.updated_at
		WHERE advisory_weakness.updated_at IS NULL OR excluded.updated_at >= advisory_weakness.updated_at`,
		w.CVE, db.Flag(w.Rejected), w.Title, w.Score, w.Vector, db.At(w.Public), db.At(updated))
	return err
}

// listedAfter lists the CVEs above one, in their order, that a catalogue has or
// once had.
func listedAfter(ctx context.Context, tx *db.Tx, after string, limit int) ([]string, error) {
	return db.Rows(ctx, tx, `SELECT DISTINCT cve FROM advisory_signal WHERE cve > $1 ORDER BY cve LIMIT $2`, []any{after, limit},
		func(r db.Row) (cve string, err error) { err = r.Scan(&cve); return cve, err })
}

// naming lists which advisories name which of the CVEs, in order.
func naming(ctx context.Context, tx *db.Tx, cves []string) (map[string][]ward.AdvisoryID, error) {
	out := map[string][]ward.AdvisoryID{}
	if len(cves) == 0 {
		return out, nil
	}
	var args db.Args
	err := tx.Query(ctx, `SELECT c.cve, c.advisory_id FROM advisory_cve c JOIN advisory a ON a.id = c.advisory_id
		WHERE c.cve IN (`+db.In(&args, cves)+`) AND a.deleted_at IS NULL ORDER BY c.cve, c.advisory_id`, args,
		func(r db.Row) error {
			var cve string
			var id ward.AdvisoryID
			err := r.Scan(&cve, &id)
			out[cve] = append(out[cve], id)
			return err
		})
	return out, err
}
