package ransomware

import (
	"strings"
	"testing"

	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
)

// Who was told of a decryptor is told that it is withdrawn, and why, also when the wait
// has ended since; a letter that had not left yet does not leave any more, and who was
// never told hears nothing.
func TestWithdrawalIsTold(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		watch, err := h.Leave(ctx, member, "Akira", "file server 2023")
		expect.OK(t, err)
		early, err := h.Leave(ctx, member, "Akira", "told by nobody")
		expect.OK(t, err)
		id, err := h.Propose(ctx, proposer, akira)
		expect.OK(t, err)
		expect.OK(t, h.Release(ctx, second, id))
		expect.OK(t, h.onTell(ctx, tell{Watch: watch, Decryptor: id}))
		old := h.letters(t)
		expect.OK(t, h.onLetter(ctx, old[0]))
		expect.OK(t, h.End(ctx, member, watch))
		expect.OK(t, h.onRecall(ctx, recall{Watch: watch, Decryptor: id}))
		if len(h.letters(t)) != 2 {
			t.Fatal("recalled before its withdrawal")
		}
		expect.OK(t, h.Withdraw(ctx, proposer, id, "It destroys files."))
		expect.OK(t, h.onLetter(ctx, old[1]))
		if len(h.mails) != 1 {
			t.Errorf("a withdrawn decryptor is still told of: %+v", h.mails)
		}
		expect.OK(t, h.onWithdrawn(ctx, withdrawn{Decryptor: id}))
		var jobs int
		expect.OK(t, d.Read(ctx, func(tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT COUNT(*) FROM river_job WHERE kind = 'ransomware.recall'`).Scan(&jobs)
		}))
		if jobs != 1 {
			t.Errorf("%d recalls, of one that was told and one (%s) that was not", jobs, early)
		}
		expect.OK(t, h.onRecall(ctx, recall{Watch: watch, Decryptor: id}))
		for _, l := range h.letters(t)[2:] {
			expect.OK(t, h.onLetter(ctx, l))
		}
		if len(h.mails) != 3 || h.mails[1].ID == h.mails[0].ID {
			t.Fatalf("mails: %+v", h.mails)
		}
		if m := h.mails[1]; !strings.Contains(m.Subject, "Zurückgezogen") || !strings.Contains(m.Text, "It destroys files.") || !strings.Contains(m.Text, "file server 2023") {
			t.Errorf("the recall says %+v", m)
		}
	})
}
