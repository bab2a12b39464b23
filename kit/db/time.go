package db

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Time is an instant as both databases keep it: BIGINT microseconds since 1970
// in UTC, NULL for the zero time.
type Time struct{ time.Time }

// At makes a Time of t, cut to microseconds.
func At(t time.Time) Time { return Time{t.UTC().Truncate(time.Microsecond)} }

// Value implements driver.Valuer.
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil
	}
	return t.UnixMicro(), nil
}

// Scan implements sql.Scanner.
func (t *Time) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		t.Time = time.Time{}
	case int64:
		t.Time = time.UnixMicro(v).UTC()
	default:
		return fmt.Errorf("a time is stored as %T, want BIGINT microseconds", src)
	}
	return nil
}
