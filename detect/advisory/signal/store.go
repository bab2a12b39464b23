package signal

import (
	"context"
	"strings"
	"time"

	"ward/kit/db"
)

// batch is how many CVEs one statement reads.
const batch = 400

// SaidOf reads what is known of CVEs, as far as the heads of advisories depend on it.
func SaidOf(ctx context.Context, tx *db.Tx, cves []string) (map[string]Said, error) {
	out := map[string]Said{}
	for len(cves) > 0 {
		n := min(len(cves), batch)
		if err := someSaid(ctx, tx, cves[:n], out); err != nil {
			return nil, err
		}
		cves = cves[n:]
	}
	return out, nil
}

// someSaid reads three tables one after the other; a join would repeat the
// long list of CVEs three times all the same.
func someSaid(ctx context.Context, tx *db.Tx, cves []string, out map[string]Said) error {
	var args db.Args
	in := db.In(&args, cves)
	err := tx.Query(ctx, `
		SELECT cve, MAX(ransomware) FROM advisory_signal
		WHERE cve IN (`+in+`) AND withdrawn_at IS NULL GROUP BY cve ORDER BY cve`, args,
		func(r db.Row) error {
			var cve string
			var ransomware int
			err := r.Scan(&cve, &ransomware)
			out[cve] = Said{Listed: true, Ransomware: ransomware == 1}
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
		w.EPSS = p
		out[cve] = w
		return err
	})
	if err != nil {
		return err
	}
	return tx.Query(ctx, `SELECT cve, rejected, score, vector FROM advisory_weakness WHERE cve IN (`+in+`) ORDER BY cve`, args, func(r db.Row) error {
		var cve string
		var w Said
		var rejected int
		err := r.Scan(&cve, &rejected, &w.Score, &w.Vector)
		old := out[cve]
		old.Rejected, old.Score, old.Vector = rejected == 1, w.Score, w.Vector
		out[cve] = old
		return err
	})
}

const entryColumns = `cve, kind, ransomware, listed_at, due_at, vendor, product, name, description, action, seen_at, withdrawn_at`

func scanEntry(r db.Row) (s Entry, err error) {
	var ransomware int
	var listed, due, seen, withdrawn db.Time
	err = r.Scan(&s.CVE, &s.Kind, &ransomware, &listed, &due, &s.Vendor, &s.Product, &s.Name, &s.Description, &s.Action, &seen, &withdrawn)
	s.Ransomware = ransomware == 1
	s.Listed, s.Due, s.Seen, s.Withdrawn = listed.Time, due.Time, seen.Time, withdrawn.Time
	return s, err
}

// maxEntries bounds one catalogue; CISA's has about 1,500 entries.
const maxEntries = 100_000

// entriesOf reads a whole catalogue as it is stored, by CVE.
func entriesOf(ctx context.Context, tx *db.Tx, kind Kind) (map[string]Entry, error) {
	list, err := db.Rows(ctx, tx, `SELECT `+entryColumns+` FROM advisory_signal WHERE kind = $1 ORDER BY cve LIMIT $2`,
		[]any{string(kind), maxEntries}, scanEntry)
	out := make(map[string]Entry, len(list))
	for _, s := range list {
		out[s.CVE] = s
	}
	return out, err
}

// putEntry keeps the day of the first sight when an entry changes.
func putEntry(ctx context.Context, tx *db.Tx, s *Entry) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO advisory_signal (`+entryColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (cve, kind) DO UPDATE SET ransomware = excluded.ransomware, listed_at = excluded.listed_at,
			due_at = excluded.due_at, vendor = excluded.vendor, product = excluded.product, name = excluded.name,
			description = excluded.description, action = excluded.action, withdrawn_at = excluded.withdrawn_at`,
		s.CVE, string(s.Kind), db.Flag(s.Ransomware), db.At(s.Listed), db.At(s.Due), s.Vendor, s.Product, s.Name, s.Description, s.Action,
		db.At(s.Seen), db.At(s.Withdrawn))
	return err
}

// addHistory appends one line; history is never changed.
func addHistory(ctx context.Context, tx *db.Tx, id, cve string, kind Kind, what string, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO advisory_signal_history (id, cve, kind, what, at) VALUES ($1, $2, $3, $4, $5)`,
		id, cve, string(kind), what, db.At(at))
	return err
}

// Told is one line of the history of a CVE in a catalogue.
type Told struct {
	CVE  string
	Kind Kind
	What string // listed, withdrawn, changed
	At   time.Time
}

// HistoryOf lists what catalogues said of CVEs, oldest first.
func HistoryOf(ctx context.Context, tx *db.Tx, cves []string) ([]Told, error) {
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

// WeaknessesOf reads all that is known of at most a few hundred CVEs.
func WeaknessesOf(ctx context.Context, tx *db.Tx, cves []string) (map[string]*Weakness, error) {
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
	signals, err := db.Rows(ctx, tx, `SELECT `+entryColumns+` FROM advisory_signal WHERE cve IN (`+in+`) ORDER BY cve, kind`, args, scanEntry)
	for _, s := range signals {
		out[s.CVE].Signals = append(out[s.CVE].Signals, s)
	}
	return out, err
}

// Probability is the stored EPSS score of the CVE in a column, for statements about
// all that name one; NULL for none.
func Probability(column string) string {
	return `(SELECT e.probability FROM advisory_epss e WHERE e.cve = ` + column + `)`
}

// score is one score to store.
type score struct {
	cve                     string
	probability, percentile float64
}

// putScores writes scores; rows that did not change cost a look only.
func putScores(ctx context.Context, tx *db.Tx, rows []score, day string) error {
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

// ListedAfter lists the CVEs above one, in their order, that a catalogue has or
// once had.
func ListedAfter(ctx context.Context, tx *db.Tx, after string, limit int) ([]string, error) {
	return db.Rows(ctx, tx, `SELECT DISTINCT cve FROM advisory_signal WHERE cve > $1 ORDER BY cve LIMIT $2`, []any{after, limit},
		func(r db.Row) (cve string, err error) { err = r.Scan(&cve); return cve, err })
}
