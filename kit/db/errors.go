package db

import (
	"database/sql"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"ward"
)

// ErrNoRows is what QueryRow(...).Scan returns when there is no row, on both databases.
var ErrNoRows = sql.ErrNoRows

// OrMissing turns ErrNoRows into NotFound: to whoever asks for it, what is not
// there does not exist.
func OrMissing(err error) error {
	if errors.Is(err, ErrNoRows) {
		return ward.Fail(ward.NotFound, "")
	}
	return err
}

// Changed turns "no row was changed" into NotFound.
func Changed(rows int64, err error) error {
	if err == nil && rows == 0 {
		return ward.Fail(ward.NotFound, "")
	}
	return err
}

// Flag is a truth as both databases keep it: 1 or 0.
func Flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// errOpenQuery is told on both databases what only PostgreSQL would refuse.
var errOpenQuery = errors.New("a statement inside the rows of another: collect the rows first")

// errNoGlance is told on both databases what a glance is not for.
var errNoGlance = errors.New("a glance is one SELECT: use Read or Write")

// closing is what a write or read gets that comes after Close.
func closing() error { return ward.Fail(ward.Unavailable, "error.closing") }

// unavailable names what passes without a change of the request: a full disk,
// which a person can mend, a database that is away, and one that is moving. Nothing that was
// acknowledged is lost by either. What the request itself must change is Invalid.
func unavailable(err error) error {
	switch {
	case err == nil || ward.CodeOf(err) != ward.Internal:
		return err
	case err.Error() == "closed pool": // pgxpool's error of Begin has no name that it exports
		return closing()
	case diskFull(err):
		return ward.Fail(ward.Unavailable, "error.disk_full").Because(err)
	case held(err):
		return ward.Fail(ward.Unavailable, "error.moving").Because(err)
	case away(err):
		return ward.Fail(ward.Unavailable, "error.database_away").Because(err)
	case illegible(err):
		return ward.Fail(ward.Invalid, "").Because(err)
	}
	return err
}

// illegible reports a text that no text of PostgreSQL can be: a zero byte within
// JSON, as the arguments of a job are.
func illegible(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "22021" || pg.Code == "22P05")
}

// diskFull reports SQLITE_FULL (13), or SQLITE_IOERR (10) and its kin when the
// device has no space; PostgreSQL's class is 53100.
func diskFull(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code()&0xff == 13 || lite.Code()&0xff == 10
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "53100"
	}
	return err != nil && strings.Contains(err.Error(), "no space left on device")
}

// away reports a server that does not answer, shuts down or takes no more
// connections (PostgreSQL, appendix A of its manual), and a SQLite file that
// another process keeps locked.
func away(err error) bool {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return true
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "57P01" || pg.Code == "57P02" || pg.Code == "57P03" || pg.Code == "53300"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code()&0xff == 5
}

// lostRace reports a serialisation failure or a deadlock, which a repeat heals.
func lostRace(err error) bool {
	var pe *pgconn.PgError
	return errors.As(err, &pe) && (pe.Code == "40001" || pe.Code == "40P01")
}

// Duplicate reports whether err says that a unique key exists already.
func Duplicate(err error) bool {
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return pe.Code == "23505"
	}
	return err != nil && strings.Contains(err.Error(), "UNIQUE constraint failed")
}
