package registry

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

const noticeColumns = `n.id, n.leaving, n.state, n.effect_at, n.handed_at, n.handed_by, n.remark, n.received_at, n.received_by, ` + membershipColumns

const noticeTables = `registry_notice n JOIN registry_membership m ON m.id = n.membership JOIN registry_group g ON g.id = m.group_id
		JOIN registry_organisation o ON o.id = n.org LEFT JOIN registry_person p ON p.id = m.person`

// prefixed reads columns of its own before those that another scan reads.
type prefixed struct {
	row    db.Row
	before []any
}

func (p prefixed) Scan(into ...any) error { return p.row.Scan(append(p.before, into...)...) }

func scanNotice(r db.Row) (Notice, error) {
	var n Notice
	var leaving int
	var effect, handed, received db.Time
	m, err := scanMembership(prefixed{r, []any{&n.ID, &leaving, &n.State, &effect, &handed, &n.HandedBy, &n.Remark, &received, &n.ReceivedBy}})
	n.Membership, n.Leaving, n.Effect, n.Handed, n.Received = m, leaving == 1, effect.Time, handed.Time, received.Time
	return n, err
}

func insertNotice(ctx context.Context, tx *db.Tx, n Notice) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO registry_notice (id, membership, org, leaving, state, effect_at, handed_by, remark, received_by)
		VALUES ($1, $2, $3, $4, $5, $6, '', '', '')`,
		n.ID, n.Membership.ID, string(n.Membership.Org), db.Flag(n.Leaving), string(n.State), db.At(n.Effect))
	return err
}

func noticeByID(ctx context.Context, tx *db.Tx, id string) (Notice, error) {
	n, err := scanNotice(tx.QueryRow(ctx, `SELECT `+noticeColumns+` FROM `+noticeTables+` WHERE n.id = $1`, id))
	return n, db.OrMissing(err)
}

func noticesOf(ctx context.Context, tx *db.Tx, org ward.OrgID) ([]Notice, error) {
	return db.Rows(ctx, tx, `
		SELECT `+noticeColumns+` FROM `+noticeTables+`
		WHERE n.org = $1 ORDER BY n.id DESC LIMIT 200`, []any{string(org)}, scanNotice)
}

// noticesIn lists what reached an authority, what it has not confirmed first.
func noticesIn(ctx context.Context, tx *db.Tx, s ward.Scope) ([]Notice, error) {
	var args db.Args
	where := args.Scope(s, "n.org", "o.country")
	return db.Rows(ctx, tx, `
		SELECT `+noticeColumns+` FROM `+noticeTables+`
		WHERE `+where+` AND n.state IN ('handed', 'received')
		ORDER BY n.state, n.id DESC LIMIT 100`, args, scanNotice)
}

func settleNotice(ctx context.Context, tx *db.Tx, id string, to NoticeState, by, remark string, now time.Time) error {
	return db.Changed(tx.Exec(ctx, `
		UPDATE registry_notice SET state = $1, handed_by = $2, remark = $3, handed_at = $4
		WHERE id = $5 AND state = 'due'`, string(to), by, remark, db.At(now), id))
}

func receiveNotice(ctx context.Context, tx *db.Tx, id, by string, now time.Time) error {
	n, err := tx.Exec(ctx, `
		UPDATE registry_notice SET state = 'received', received_by = $1, received_at = $2
		WHERE id = $3 AND state = 'handed'`, by, db.At(now), id)
	if err == nil && n == 0 {
		err = ward.Fail(ward.Conflict, "registry.error.notice_done")
	}
	return err
}
