package harvest

import (
	"context"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
)

const sourceColumns = `id, kind, name, url, unmarked, every_s, state, role, metadata_url, problem, fails, created_at,
	checked_at, succeeded_at, next_at`

func scanSource(r db.Row) (s Source, err error) {
	var unmarked, every int
	var state string
	var created, checked, succeeded, next db.Time
	err = r.Scan(&s.ID, &s.Kind, &s.Name, &s.URL, &unmarked, &every, &state, &s.Role, &s.Metadata, &s.Problem, &s.Fails,
		&created, &checked, &succeeded, &next)
	s.Unmarked, s.Every, s.Paused = ward.TLP(unmarked), time.Duration(every)*time.Second, state == "paused"
	s.Created, s.Checked, s.Succeeded, s.Next = created.Time, checked.Time, succeeded.Time, next.Time
	return s, err
}

// SourceByID is NotFound where there is none such.
func SourceByID(ctx context.Context, tx *db.Tx, id string) (Source, error) {
	s, err := scanSource(tx.QueryRow(ctx, `SELECT `+sourceColumns+` FROM advisory_source WHERE id = $1`, id))
	return s, db.OrMissing(err)
}

// MaxSources bounds the list: one page, and far more than Europe has providers.
const MaxSources = 500

func allSources(ctx context.Context, tx *db.Tx) ([]Source, error) {
	return db.Rows(ctx, tx, `SELECT `+sourceColumns+` FROM advisory_source ORDER BY name, id LIMIT $1`, []any{MaxSources}, scanSource)
}

func insertSource(ctx context.Context, tx *db.Tx, s *Source, by ward.PersonID) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO advisory_source (id, kind, name, url, unmarked, every_s, state, role, metadata_url, problem, fails,
			created_at, created_by, next_at, lease)
		VALUES ($1, $2, $3, $4, $5, $6, 'active', '', '', '', 0, $7, $8, $9, '')`,
		s.ID, string(s.Kind), s.Name, s.URL, int(s.Unmarked), int(s.Every/time.Second), db.At(s.Created), string(by), db.At(s.Next))
	return err
}

// setPaused makes a resumed source due at once.
func setPaused(ctx context.Context, tx *db.Tx, id string, paused bool, next time.Time) error {
	state := "active"
	if paused {
		state = "paused"
	}
	_, err := tx.Exec(ctx, `UPDATE advisory_source SET state = $2, next_at = $3 WHERE id = $1`, id, state, db.At(next))
	return err
}

// dueSources lists what is to be asked now and is not being asked.
func dueSources(ctx context.Context, tx *db.Tx, now time.Time) ([]string, error) {
	return db.Rows(ctx, tx, `
		SELECT id FROM advisory_source
		WHERE state = 'active' AND kind <> 'upload' AND next_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
		ORDER BY next_at, id LIMIT $2`, []any{db.At(now), MaxSources},
		func(r db.Row) (id string, err error) { err = r.Scan(&id); return id, err })
}

// takeLease lets one run work on a source; false if another does.
func takeLease(ctx context.Context, tx *db.Tx, id, lease string, now, until time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `
		UPDATE advisory_source SET lease = $2, leased_until = $4
		WHERE id = $1 AND (leased_until IS NULL OR leased_until <= $3)`, id, lease, db.At(now), db.At(until))
	return n == 1, err
}

// dropLease gives back only one's own: a run that lost its lease must not end
// that of its successor.
func dropLease(ctx context.Context, tx *db.Tx, id, lease string) error {
	_, err := tx.Exec(ctx, `UPDATE advisory_source SET lease = '', leased_until = NULL WHERE id = $1 AND lease = $2`, id, lease)
	return err
}

// setOutcome writes the state after a fetch.
func setOutcome(ctx context.Context, tx *db.Tx, s *Source) error {
	_, err := tx.Exec(ctx, `
		UPDATE advisory_source SET role = $2, metadata_url = $3, problem = $4, fails = $5, checked_at = $6,
			succeeded_at = $7, next_at = $8
		WHERE id = $1`, s.ID, s.Role, s.Metadata, s.Problem, s.Fails, db.At(s.Checked), db.At(s.Succeeded), db.At(s.Next))
	return err
}

// countEntries fills in the counts of sources.
func countEntries(ctx context.Context, tx *db.Tx, list []Source) error {
	at := map[string]*Source{}
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	err := tx.Query(ctx, `SELECT source_id, state, COUNT(*) FROM advisory_entry GROUP BY source_id, state ORDER BY source_id, state`, nil,
		func(r db.Row) error {
			var id, state string
			var n int
			err := r.Scan(&id, &state, &n)
			if s := at[id]; s != nil {
				*map[string]*int{"pending": &s.Pending, "done": &s.Done, "refused": &s.Refused}[state] = n
			}
			return err
		})
	if err != nil {
		return err
	}
	return tx.Query(ctx, `SELECT source_id, COUNT(*) FROM advisory_fault WHERE resolved_at IS NULL GROUP BY source_id ORDER BY source_id`, nil,
		func(r db.Row) error {
			var id string
			var n int
			err := r.Scan(&id, &n)
			if s := at[id]; s != nil {
				s.Faults = n
			}
			return err
		})
}

// PutFault opens a fault or counts it once more.
func PutFault(ctx context.Context, tx *db.Tx, source string, f Fault) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO advisory_fault (source_id, subject, kind, place, detail, tries, first_at, last_at)
		VALUES ($1, $2, $3, $4, $5, 1, $6, $6)
		ON CONFLICT (source_id, subject) DO UPDATE SET kind = excluded.kind, place = excluded.place, detail = excluded.detail,
			tries = advisory_fault.tries + 1, last_at = excluded.last_at, resolved_at = NULL`,
		source, f.Subject, f.Kind, f.Place, f.Detail, db.At(f.Last))
	return err
}

// ResolveFaults closes the open faults of what went well.
func ResolveFaults(ctx context.Context, tx *db.Tx, source string, subjects []string, now time.Time) error {
	if len(subjects) == 0 {
		return nil
	}
	args := db.Args{}
	at, id := args.Add(db.At(now)), args.Add(source)
	_, err := tx.Exec(ctx, `UPDATE advisory_fault SET resolved_at = `+at+`
		WHERE source_id = `+id+` AND resolved_at IS NULL AND subject IN (`+db.In(&args, subjects)+`)`, args...)
	return err
}

// faultsOf lists the faults of a source, open ones first, then the latest.
func faultsOf(ctx context.Context, tx *db.Tx, source string, limit int) ([]Fault, error) {
	return db.Rows(ctx, tx, `
		SELECT subject, kind, place, detail, tries, first_at, last_at, resolved_at FROM advisory_fault
		WHERE source_id = $1
		ORDER BY CASE WHEN resolved_at IS NULL THEN 0 ELSE 1 END, last_at DESC, subject LIMIT $2`, []any{source, limit},
		func(r db.Row) (f Fault, err error) {
			var first, last, resolved db.Time
			err = r.Scan(&f.Subject, &f.Kind, &f.Place, &f.Detail, &f.Tries, &first, &last, &resolved)
			f.First, f.Last, f.Resolved = first.Time, last.Time, resolved.Time
			return f, err
		})
}

// listingState reads what the last reading of a listing left; zero if none did.
func listingState(ctx context.Context, tx *db.Tx, source, url string) (etag, modified string, err error) {
	err = tx.QueryRow(ctx, `SELECT etag, modified FROM advisory_listing WHERE source_id = $1 AND url = $2`, source, url).Scan(&etag, &modified)
	if ward.CodeOf(db.OrMissing(err)) == ward.NotFound {
		err = nil
	}
	return etag, modified, err
}

// putListing is called once all of a listing is stored, never before.
func putListing(ctx context.Context, tx *db.Tx, source, url, etag, modified string, now time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO advisory_listing (source_id, url, etag, modified, read_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (source_id, url) DO UPDATE SET etag = excluded.etag, modified = excluded.modified, read_at = excluded.read_at`,
		source, url, etag, modified, db.At(now))
	return err
}

// KeysOf lists the keys of a source with their armored form.
func KeysOf(ctx context.Context, tx *db.Tx, source string) (keys []Key, armored []string, err error) {
	err = tx.Query(ctx, `SELECT fingerprint, armored, trusted, seen_at FROM advisory_key WHERE source_id = $1 ORDER BY seen_at, fingerprint LIMIT 100`,
		[]any{source}, func(r db.Row) error {
			var k Key
			var text string
			var trusted int
			var seen db.Time
			err := r.Scan(&k.Fingerprint, &text, &trusted, &seen)
			k.Trusted, k.Seen = trusted == 1, seen.Time
			keys, armored = append(keys, k), append(armored, text)
			return err
		})
	return keys, armored, err
}

// insertKey leaves a known key as it is, trust included.
func insertKey(ctx context.Context, tx *db.Tx, source, fingerprint, armored string, trusted bool, now time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO advisory_key (source_id, fingerprint, armored, trusted, seen_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (source_id, fingerprint) DO NOTHING`, source, fingerprint, armored, db.Flag(trusted), db.At(now))
	return err
}

// trustKey says whether a key counts; NotFound if the source has none such.
func trustKey(ctx context.Context, tx *db.Tx, source, fingerprint string, trusted bool) error {
	n, err := tx.Exec(ctx, `UPDATE advisory_key SET trusted = $3 WHERE source_id = $1 AND fingerprint = $2`, source, fingerprint, db.Flag(trusted))
	if err == nil && n == 0 {
		return ward.Fail(ward.NotFound, "")
	}
	return err
}

// entry is one document that a listing names.
type entry struct {
	url, hashURL, signURL string
	updated               time.Time
	tlp                   ward.TLP
	tries                 int
}

// putEntries adds what a listing names: new documents and those with another
// date become pending, all others stay as they are.
func putEntries(ctx context.Context, tx *db.Tx, source string, list []entry) error {
	args := db.Args{}
	id := args.Add(source)
	rows := make([]string, len(list))
	for i, e := range list {
		rows[i] = "(" + strings.Join([]string{id, args.Add(e.url), args.Add(db.At(e.updated)), args.Add(int(e.tlp)),
			args.Add(e.hashURL), args.Add(e.signURL), "'pending'", "0", "0"}, ", ") + ")"
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO advisory_entry (source_id, url, updated_at, tlp, hash_url, sign_url, state, tries, next_at)
		VALUES `+strings.Join(rows, ", ")+`
		ON CONFLICT (source_id, url) DO UPDATE SET updated_at = excluded.updated_at, tlp = excluded.tlp,
			hash_url = excluded.hash_url, sign_url = excluded.sign_url, state = 'pending', tries = 0, next_at = 0
		WHERE advisory_entry.updated_at <> excluded.updated_at`, args...)
	return err
}

// pendingEntries lists documents to fetch now, the newest first: a warning of
// today goes before the archive of ten years.
func pendingEntries(ctx context.Context, tx *db.Tx, source string, now time.Time, limit int) ([]entry, error) {
	return db.Rows(ctx, tx, `
		SELECT url, hash_url, sign_url, updated_at, tlp, tries FROM advisory_entry
		WHERE source_id = $1 AND state = 'pending' AND next_at <= $2
		ORDER BY updated_at DESC, url LIMIT $3`, []any{source, db.At(now).UnixMicro(), limit},
		func(r db.Row) (e entry, err error) {
			var tlp int
			var updated db.Time
			err = r.Scan(&e.url, &e.hashURL, &e.signURL, &updated, &tlp, &e.tries)
			e.tlp, e.updated = ward.TLP(tlp), updated.Time
			return e, err
		})
}

// finishEntry writes what became of a document. The date guards against a
// listing that named a newer one in the meantime.
func finishEntry(ctx context.Context, tx *db.Tx, source string, e *entry, state string, tries int, next time.Time) error {
	var at int64
	if !next.IsZero() {
		at = next.UnixMicro()
	}
	_, err := tx.Exec(ctx, `
		UPDATE advisory_entry SET state = $4, tries = $5, next_at = $6
		WHERE source_id = $1 AND url = $2 AND updated_at = $3`, source, e.url, db.At(e.updated), state, tries, at)
	return err
}

// retryEntries makes every refused or waiting document of a source due again.
func retryEntries(ctx context.Context, tx *db.Tx, source string) error {
	_, err := tx.Exec(ctx, `UPDATE advisory_entry SET state = 'pending', tries = 0, next_at = 0
		WHERE source_id = $1 AND (state = 'refused' OR (state = 'pending' AND next_at > 0))`, source)
	return err
}

// Named is a document under the name that a source's listing gave it.
type Named struct{ Source, URL string }

// Refuse marks documents that were taken, so that "fetch now" asks for them again
// once they may come in.
func Refuse(ctx context.Context, tx *db.Tx, documents []Named) error {
	for _, d := range documents {
		_, err := tx.Exec(ctx, `UPDATE advisory_entry SET state = 'refused', tries = 1, next_at = 0
			WHERE state = 'done' AND source_id = $1 AND url = $2`, d.Source, d.URL)
		if err != nil {
			return err
		}
	}
	return nil
}
