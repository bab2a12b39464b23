package registry

import (
	"context"

	"ward"
	"ward/kit/db"
)

// ReadHolders names the people who have a role now, by name: for who looks at a
// house from outside, as ward doctor does. At most 500.
func ReadHolders(ctx context.Context, d *db.DB, role ward.Role) (out []Holder, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		out, err = db.Rows(ctx, tx, `SELECT p.id, p.name FROM registry_person p WHERE EXISTS
				(SELECT 1 FROM registry_affiliation a WHERE a.person = p.id AND a.role = $1 AND a.ended_at IS NULL)
			ORDER BY p.name, p.id LIMIT 500`, []any{string(role)}, func(r db.Row) (h Holder, err error) {
			return h, r.Scan((*string)(&h.Person), &h.Name)
		})
		return err
	})
	return out, ward.Wrap("read holders of a role", err)
}

// Holder is a person with a role.
type Holder struct {
	Person ward.PersonID
	Name   string
}
