package db_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"ward/kit/db"
)

// The database holds what nobody else on the machine may read, whoever made the
// file and with which mode.
func TestOnlyTheOwnerReadsTheFile(t *testing.T) {
	for _, former := range []os.FileMode{0, 0o644} {
		path := filepath.Join(t.TempDir(), "ward.db")
		if former != 0 {
			if err := os.WriteFile(path, nil, former); err != nil {
				t.Fatal(err)
			}
		}
		d, err := db.Open(context.Background(), "sqlite:"+path)
		if err != nil {
			t.Fatal(err)
		}
		err = d.Write(context.Background(), func(tx *db.Tx) error {
			_, err := tx.Exec(context.Background(), `CREATE TABLE a (b TEXT)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{path, path + "-wal", path + "-shm"} {
			if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s, made with %o: got %v, %v, want 0600", filepath.Base(name), former, info.Mode(), err)
			}
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
