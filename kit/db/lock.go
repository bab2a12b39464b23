package db

import (
	"context"
	"hash/fnv"
)

// Lock makes transactions that name the same lock follow one another, over all
// replicas, until this one ends. On SQLite they do so anyway.
func (t *Tx) Lock(ctx context.Context, name string) error {
	if t.pg == nil {
		return nil
	}
	h := fnv.New64a()
	h.Write([]byte(name))
	_, err := t.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(h.Sum64()))
	return err
}
