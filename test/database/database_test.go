package database_test

import (
	"context"
	"testing"

	"ward/kit/db"
	"ward/test/database"
)

func TestEachIsEmptyAndAnswers(t *testing.T) {
	for range 2 { // the second round must not see the first one's table
		database.Each(t, func(t *testing.T, d *db.DB) {
			err := d.Write(context.Background(), func(tx *db.Tx) error {
				_, err := tx.Exec(context.Background(), `CREATE TABLE thing (id TEXT PRIMARY KEY)`)
				return err
			})
			if err != nil {
				t.Errorf("a fresh database: %v", err)
			}
		})
	}
}
