package incident

import (
	"errors"
	"strings"
	"testing"

	"ward"
	"ward/kit/db"
	"ward/kit/job"
	"ward/test/database"
	"ward/test/expect"
)

// waiting counts the jobs of a kind that nobody has done yet.
func (h *house) waiting(t *testing.T, of job.Args) (n int) {
	t.Helper()
	expect.OK(t, h.db.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT COUNT(*) FROM river_job WHERE kind = $1`, of.Kind()).Scan(&n)
	}))
	return n
}

// A job that is tried again writes to those alone whom it has not told, and only a mail
// that may have left already says that it is a repeat.
func TestToldOnce(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		r := h.begin(t)
		both := []ward.OrgID{"h1", "t1", "h2"}
		tell := func() error {
			return h.tell(ctx, both, "due", "m1", "/incidents/"+r.ID, "number", r.Number, "duty", "N1")
		}
		h.refuse = errors.New("down")
		if err := tell(); err == nil {
			t.Error("a mail that was not taken is no fault")
		}
		said := func(want string) {
			t.Helper()
			var got []string
			for _, m := range h.mails {
				word := m.To
				if strings.Contains(m.Text, "second time") {
					word += " again"
				}
				got = append(got, strings.ReplaceAll(word, "@example.invalid", ""))
			}
			if strings.Join(got, ", ") != want {
				t.Errorf("told %v, want %s", got, want)
			}
		}
		said("t1, h2")
		expect.OK(t, tell())
		said("t1, h2, h1 again")
		expect.OK(t, tell())
		said("t1, h2, h1 again")
		// Whoever comes first on another try was not written to before.
		both = append([]ward.OrgID{"h9"}, both...)
		expect.OK(t, tell())
		said("t1, h2, h1 again, h9")
		h.clock.Advance(2 * keepMails)
		expect.OK(t, h.remind(ctx))
		expect.OK(t, d.Read(ctx, func(tx *db.Tx) error {
			var n int64
			err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM incident_mail`).Scan(&n)
			if n != 0 {
				t.Errorf("%d mails are never forgotten", n)
			}
			return err
		}))
	})
}

// The reminder of a deadline is mailed to the hospital, by number and duty.
func TestReminderMail(t *testing.T) {
	h := openHouse(t, sqlite(t))
	r := h.begin(t)
	expect.OK(t, h.onTellDeadline(ctx, tellDeadline{Report: r.ID, ID: "m1", Word: "due", Duty: "N1"}))
	if len(h.mails) != 1 || h.mails[0].To != "h1@example.invalid" || !strings.Contains(h.mails[0].Subject+h.mails[0].Text, r.Number) || strings.Contains(h.mails[0].Text, "7f3a") {
		t.Errorf("reminded: %+v", h.mails)
	}
}
