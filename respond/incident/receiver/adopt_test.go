package receiver_test

import (
	"testing"
	"time"

	"ward"
	"ward/kit/audit"
	"ward/kit/db"
	"ward/kit/mail"
	"ward/respond/incident/receiver"
	"ward/test/database"
	"ward/test/expect"
)

var system = ward.Actor{Person: audit.System, System: true}

// Keys of an older release's files are used at once, a key of the database stays, and
// with one that has ended nothing leaves readable.
func TestKeysOfFiles(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		own, err := h.Put(ctx, marko, "HR/csirt", armoured(t, pgp(t, 0)))
		expect.OK(t, err)
		expect.OK(t, h.Confirm(ctx, nina, "HR/csirt", own.ID, own.Fingerprint))
		file := pgp(t, 7200)
		files := []receiver.File{{Name: "DE-dpa.asc", Receiver: "DE/dpa", Key: armoured(t, pgp(t, 60))}, {Name: "HR-csirt.asc", Receiver: "HR/csirt", Key: armoured(t, file)},
			{Name: "HR-dpa.asc", Receiver: "HR/dpa", Key: armoured(t, file)}}
		_, err = h.Adopt(ctx, centre, files)
		expect.Code(t, "adopted by a person", err, ward.Forbidden)
		for _, want := range []int{2, 0} { // and by a start that was cut off before the folder was put aside
			got, err := h.Adopt(ctx, system, files)
			expect.OK(t, err)
			if len(got) != want {
				t.Errorf("adopted %q", got)
			}
		}
		for receiver, fingerprint := range map[string]string{"HR/csirt": own.Fingerprint, "HR/dpa": file.GetFingerprint()} {
			b, err := h.KeyOf(ctx, receiver)
			expect.OK(t, err)
			k, err := mail.ReadKey(b, start)
			expect.OK(t, err)
			if k.Fingerprint != fingerprint {
				t.Errorf("%s: %s is used", receiver, k.Fingerprint)
			}
		}
		e, err := h.Find(ctx, centre, "HR/dpa")
		expect.OK(t, err)
		if e.Used.PutName != "HR-dpa.asc" || e.Used.SeenName != "" || !e.Used.Expires.Equal(start.Add(time.Hour)) {
			t.Errorf("kept: %+v", e.Used)
		}
		ended, err := h.Find(ctx, centre, "DE/dpa")
		expect.OK(t, err)
		b, err := h.KeyOf(ctx, "DE/dpa")
		expect.OK(t, err)
		if _, err := mail.ReadKey(b, start); err == nil || !ended.Used.Ended(start) || ended.Used.Fingerprint == "" {
			t.Errorf("a key that has ended: %v, %+v", err, ended.Used)
		}
	})
}

// One file that is no key, or nobody's, and none is taken over: the start ends there.
func TestFilesThatAreNoKeys(t *testing.T) {
	h := open(t, database.Open(t, database.SQLite))
	good := receiver.File{Name: "HR-dpa.asc", Receiver: "HR/dpa", Key: armoured(t, pgp(t, 0))}
	for _, bad := range []receiver.File{{Name: "HR-csirt.asc", Receiver: "HR/csirt", Key: []byte("no key")}, {Name: "HR-nobody.asc", Receiver: "HR/nobody", Key: good.Key},
		{Name: "XX-dpa.asc", Receiver: "XX/dpa", Key: good.Key}} {
		if _, err := h.Adopt(ctx, system, []receiver.File{good, bad}); err == nil {
			t.Errorf("%s was taken over", bad.Name)
		}
	}
	if b, err := h.KeyOf(ctx, "HR/dpa"); err != nil || b != nil {
		t.Errorf("one was taken over: %v", err)
	}
}
