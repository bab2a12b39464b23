package house

import (
	"context"
	"testing"

	"ward/kit/db"
	"ward/test/database"
)

// Alter changes the database behind the house's back, as an intruder would.
func Alter(t testing.TB, url, statement string) {
	t.Helper()
	err := database.Dial(t, url).Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(context.Background(), statement)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
