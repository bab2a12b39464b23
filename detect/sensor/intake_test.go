package sensor

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ward"
	"ward/format/detection"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
)

func sqlite(t testing.TB) *db.DB { return database.Open(t, database.SQLite) }

func (h *house) hits(t testing.TB, a ward.Actor) []Hit {
	t.Helper()
	out, _, err := h.Hits(ctx, a, HitFilter{All: true})
	expect.OK(t, err)
	return out
}

func TestHits(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		c := h.given(t, csirt, ward.TLPAmber)
		item := h.item(t, csirt, c, "evil.example")
		member := hospital("h1", "AT")
		bad := seen("evil.example", start)
		bad.Count = 0
		got := h.send(t, member, seen("evil.example", start), bad, seen("EVIL.example", start.Add(time.Minute)), seen("evil.example", start.Add(-time.Hour)),
			detection.Hit{Time: start, Subject: "pc-8", Kind: detection.KindRule, RuleID: "0F1E2D3C-1111-4222-8333-444455556666", Title: "Ours", Count: 2},
			seen("own.example", start))
		if got.Accepted != 4 || got.Duplicate != 1 || len(got.Refused) != 1 || got.Refused[0].Index != 1 {
			t.Fatalf("answer %+v", got)
		}
		list := h.hits(t, member)
		if len(list) != 4 {
			t.Fatalf("%d hits: %+v", len(list), list)
		}
		by := map[string]Hit{}
		for _, x := range list {
			by[x.Value+x.First.Format("15")] = x
		}
		if x := by["evil.example10"]; x.Count != 2 || x.Item != item.ID || x.Fields[0].Value != "www.evil.example" || x.Last.Minute() != 31 {
			t.Errorf("the hour's hit: %+v", x)
		}
		if x := by["0f1e2d3c-1111-4222-8333-44445555666610"]; x.Title != "Shadow copies are deleted" || x.Level != "critical" || x.Item == "" {
			t.Errorf("the rule's hit: %+v", x)
		}
		if x := by["own.example10"]; x.Item != "" {
			t.Errorf("what nobody published is of %q", x.Item)
		}
		if n := h.told(t); n != 2 { // the domain once, the rule once
			t.Errorf("%d facts, want 2", n)
		}
		h.clock.Advance(61 * time.Minute)
		h.send(t, member, seen("evil.example", h.clock.Now()))
		if n := h.told(t); n != 3 {
			t.Errorf("an hour later: %d facts, want 3", n)
		}
		s, err := h.Sensors(ctx, member)
		expect.OK(t, err)
		if len(s) != 1 || s[0].Hits != 6 || s[0].Refused != 1 || s[0].Version != "1.0" {
			t.Errorf("sensors: %+v", s)
		}
	})
}

// TestBatchIsCountedOnce: an answer that got lost costs nothing.
func TestBatchIsCountedOnce(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		member := hospital("h1", "AT")
		u := detection.Upload{Version: 1, Sensor: detection.Sensor{ID: "s", Version: "1"}, Batch: "same", Hits: []detection.Hit{seen("a.example", start), {Kind: "x"}}}
		body, err := u.Encode()
		expect.OK(t, err)
		var answers []string
		for range 3 {
			out, err := h.Receive(ctx, sensorOf(member), body)
			expect.OK(t, err)
			answers = append(answers, fmt.Sprint(out))
		}
		if answers[0] != answers[1] || answers[1] != answers[2] {
			t.Errorf("answers differ: %v", answers)
		}
		if list := h.hits(t, member); len(list) != 1 || list[0].Count != 1 {
			t.Errorf("counted again: %+v", list)
		}
		h.Receive(ctx, sensorOf(hospital("h2", "AT")), body) // another's batch of the same name is another
		if list := h.hits(t, csirt); len(list) != 2 {
			t.Errorf("%d hits", len(list))
		}
	})
}

// TestSeenBefore: what a sensor's memory knew of an indicator that is new says so, with
// its span and its computers, and warns like any other.
func TestSeenBefore(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		c := h.given(t, csirt, ward.TLPAmber)
		h.item(t, csirt, c, "evil.example")
		member := hospital("h1", "AT")
		x := seen("evil.example", start.AddDate(0, 0, -19))
		x.Count, x.Before = 3, &detection.Before{Last: start.AddDate(0, 0, -2), Hosts: 2}
		odd := seen("odd.example", start.AddDate(0, 0, -1))
		odd.Before = &detection.Before{Last: start.AddDate(0, 0, 9), Hosts: 1}
		wrong := seen("wrong.example", start)
		wrong.Before = &detection.Before{Last: start}
		if got := h.send(t, member, x, odd, wrong, seen("now.example", start)); got.Accepted != 3 || len(got.Refused) != 1 || got.Refused[0].Index != 2 {
			t.Fatalf("answer %+v", got)
		}
		by := map[string]Hit{}
		for _, x := range h.hits(t, member) {
			by[x.Value] = x
		}
		if x := by["evil.example"]; x.Before != 2 || x.Count != 3 || !x.First.Equal(start.AddDate(0, 0, -19)) || !x.Last.Equal(start.AddDate(0, 0, -2)) {
			t.Errorf("%+v", x)
		}
		if x := by["odd.example"]; x.Before != 1 || x.Last.After(start) {
			t.Errorf("a last day that is to come: %+v", x)
		}
		if x := by["now.example"]; x.Before != 0 || wireHit(x).Before != 0 || wireHit(by["evil.example"]).Before != 2 {
			t.Errorf("%+v", x)
		}
		if n := h.told(t); n != 1 {
			t.Errorf("%d facts, want 1", n)
		}
	})
}

// TestManyOfOneCollection: a list of which hundreds are seen at once makes few alerts, and
// they know how many more there are.
func TestManyOfOneCollection(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		c, err := h.Create(ctx, csirt, head(ward.TLPAmber))
		expect.OK(t, err)
		const n = 150
		var text strings.Builder
		var all []detection.Hit
		for i := range n {
			fmt.Fprintf(&text, "n%d.example\n", i)
			all = append(all, seen(fmt.Sprintf("n%d.example", i), start))
		}
		_, err = h.Add(ctx, csirt, c, Indicator, "list.txt", []byte(text.String()))
		expect.OK(t, err)
		expect.OK(t, h.Publish(ctx, csirt, c, 0))
		member, other := hospital("h1", "AT"), hospital("h2", "AT")
		h.send(t, member, all...)
		if got := h.told(t); got != alone {
			t.Errorf("%d facts, want %d", got, alone)
		}
		item := h.item(t, csirt, c, "n3.example").ID
		beside := func(a ward.Actor, want int) {
			t.Helper()
			got, err := h.Beside(ctx, a.Org, item)
			expect.OK(t, err)
			if got != want {
				t.Errorf("%d more at %s, want %d", got, a.Org, want)
			}
		}
		beside(member, n-alone)
		beside(other, 0)
		h.clock.Advance(2 * time.Hour) // what has an alert is told again, the rest has none yet
		h.send(t, member, seen("n0.example", h.clock.Now()), seen("n149.example", h.clock.Now()))
		if got := h.told(t); got != alone+1 {
			t.Errorf("two hours later: %d facts", got)
		}
		h.clock.Advance(25 * time.Hour)
		h.send(t, member, seen("n149.example", h.clock.Now()))
		if got := h.told(t); got != alone+2 {
			t.Errorf("a day later: %d facts", got)
		}
		beside(member, n-alone-1)
	})
}

// TestClockOfASensor: times ahead of ours are kept under the time of arrival.
func TestClockOfASensor(t *testing.T) {
	h := openHouse(t, sqlite(t))
	member := hospital("h1", "AT")
	h.send(t, member, seen("future.example", start.Add(48*time.Hour)), seen("soon.example", start.Add(5*time.Minute)),
		seen("old.example", start.AddDate(-3, 0, 0)), seen("ancient.example", time.Date(3, 1, 1, 0, 0, 0, 0, time.UTC)), seen("far.example", time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)))
	for _, x := range h.hits(t, member) {
		want := map[string]ClockFault{"future.example": ClockFuture, "far.example": ClockFuture, "old.example": ClockOld, "ancient.example": ClockOld}[x.Value]
		if x.Clock != want {
			t.Errorf("%s: %q, want %q", x.Value, x.Clock, want)
		}
		if x.First.After(start.Add(ahead)) || x.First.Before(time.Unix(0, 0)) {
			t.Errorf("%s is kept under %v", x.Value, x.First)
		}
	}
}

// TestPersonsAreTakenOut: a sensor that does not redact, or lies about it, brings
// no patient into this house.
func TestPersonsAreTakenOut(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		c := h.given(t, csirt, ward.TLPAmber)
		member := hospital("h1", "AT")
		x := seen("evil.example", start)
		x.Fields = map[string]string{"TargetUserName": "huber.maria", "msg": "patient: Huber^Maria PID|1||4711^^^KH^PI born 03.05.1961 phone +43 664 1234567", "domain": "evil.example"}
		own := detection.Hit{Time: start, Subject: "user=maria.huber@klinik.example", Kind: detection.KindIndicator, Type: "email", Indicator: "maria.huber@klinik.example", Count: 1, Source: "list of maria.huber@klinik.example"}
		named := detection.Hit{Time: start, Subject: "pc-9", Kind: detection.KindRule, RuleID: "r-1", Title: "mail to maria.huber@klinik.example", Count: 1}
		if got := h.send(t, member, x, own, named); got.Accepted != 3 {
			t.Fatalf("answer %+v", got)
		}
		for _, x := range h.hits(t, member) {
			text := fmt.Sprintf("%+v", x)
			for _, secret := range []string{"huber", "Huber", "Maria", "4711", "1961", "1234567"} {
				if strings.Contains(text, secret) {
					t.Errorf("%q is in %s", secret, text)
				}
			}
			if x.Redacted == 0 {
				t.Errorf("nothing says that %q was redacted", x.Value)
			}
			if x.Item != "" && x.Value != "evil.example" {
				t.Errorf("the indicator was touched: %+v", x)
			}
		}
		_ = c
	})
}

// TestHostileBodies: each is refused by name, none leaves a trace.
func TestHostileBodies(t *testing.T) {
	h := openHouse(t, sqlite(t))
	member := sensorOf(hospital("h1", "AT"))
	many := `{"version":1,"sensor":{"id":"s","version":"1"},"batch":"b","hits":[` + strings.TrimSuffix(strings.Repeat(`{"kind":"rule"},`, detection.MaxHits+1), ",") + `]}`
	for name, body := range map[string]string{
		"empty": "", "no JSON": "{", "another version": `{"version":9}`, "a member twice": `{"version":1,"sensor":{"id":"s","version":"1"},"batch":"b","batch":"c","hits":[]}`,
		"too many": many, "deep": strings.Repeat("[", 100_000), "batch with blanks": `{"version":1,"sensor":{"id":"s","version":"1"},"batch":"a b","hits":[]}`,
	} {
		_, err := h.Receive(ctx, member, []byte(body))
		expect.Code(t, name, err, ward.Invalid)
	}
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 64 {
		z.Write(make([]byte, 1<<20))
	}
	expect.OK(t, z.Close())
	_, err := inflate(&bomb, true)
	expect.Code(t, "a bomb", err, ward.Invalid)
	_, err = inflate(strings.NewReader("no gzip"), true)
	expect.Code(t, "not packed", err, ward.Invalid)
	odd := seen("a\u202eb.example", start)
	odd.Subject, odd.Fields = "pc\u200b\u202e7", map[string]string{"a\u0000b": "x\u0000y\x1b[2J"}
	h.send(t, hospital("h1", "AT"), odd)
	for _, x := range h.hits(t, hospital("h1", "AT")) {
		if text := fmt.Sprint(x); strings.ContainsAny(text, "\u202e\u200b\x00\x1b") {
			t.Errorf("kept %q", text)
		}
	}
	expect.Code(t, "health of nothing", h.Report(ctx, member, []byte("{}")), ward.Invalid)
	_, err = h.Receive(ctx, ward.Actor{Person: "c", Org: "centre", Role: ward.RoleCentre}, []byte(many))
	expect.Code(t, "the Centre sends", err, ward.Forbidden)
}

func TestSendingWithoutEnd(t *testing.T) {
	h := openHouse(t, sqlite(t))
	member := sensorOf(hospital("h1", "AT"))
	var err error
	for range gateBurst + 1 {
		err = h.admit(member)
	}
	expect.Code(t, "after the burst", err, ward.Throttled)
	expect.OK(t, h.admit(sensorOf(hospital("h2", "AT"))))
	h.clock.Advance(gateEvery)
	expect.OK(t, h.admit(member))
}

// TestReplicasShareTheLimit: what other replicas took in counts, for a minute, and a
// batch that comes again is answered all the same.
func TestReplicasShareTheLimit(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		member := hospital("h1", "AT")
		h.send(t, member, seen("a.example", start))
		u := &detection.Upload{Sensor: detection.Sensor{ID: "s-2"}}
		expect.OK(t, h.db.Write(ctx, func(tx *db.Tx) error {
			for i := range gateMinute - 1 {
				u.Batch = fmt.Sprint("other-", i)
				if err := insertBatch(ctx, tx, member.Org, u, h.clock.Now(), `{"refused":[]}`); err != nil {
					return err
				}
			}
			return nil
		}))
		send := func(id string) error {
			b := detection.Upload{Version: detection.Version, Sensor: detection.Sensor{ID: "s-1", Version: "1.0"}, Batch: id, Hits: []detection.Hit{seen("b.example", start)}}
			body, err := b.Encode()
			expect.OK(t, err)
			_, err = h.Receive(ctx, sensorOf(member), body)
			return err
		}
		expect.Code(t, "one more", send("more"), ward.Throttled)
		expect.OK(t, send("b-1"))
		h.send(t, hospital("h2", "AT"), seen("a.example", start))
		h.clock.Advance(time.Minute)
		expect.OK(t, send("more"))
	})
}

// TestALaterReleaseSends: what this one does not know is passed over, and the
// organisation stays that of the token.
func TestALaterReleaseSends(t *testing.T) {
	h := openHouse(t, sqlite(t))
	at := start.UTC().Format(time.RFC3339)
	body := `{"version":1,"org":"h2","sensor":{"id":"s","version":"9","colour":"red"},"batch":"b","hits":[{"time":"` + at + `","subject":"pc-1","kind":"rule","rule_id":"r","count":2,"weather":{"rain":true}}]}`
	out, err := h.Receive(ctx, sensorOf(hospital("h1", "AT")), []byte(body))
	expect.OK(t, err)
	if out.Accepted != 1 || len(h.hits(t, hospital("h1", "AT"))) != 1 || len(h.hits(t, hospital("h2", "AT"))) != 0 {
		t.Errorf("%+v", out)
	}
}

// TestCountsAddUp: however hits are cut into batches and repeated, the sum of the
// counts is what was seen, and there is one hit for each thing, subject and hour.
func TestCountsAddUp(t *testing.T) {
	h := openHouse(t, sqlite(t))
	run := 0
	rapid.Check(t, func(r *rapid.T) {
		run++
		member := hospital(ward.OrgID(fmt.Sprintf("h-%d", run)), "AT")
		want, total := map[string]bool{}, int64(0)
		for b := range rapid.IntRange(1, 5).Draw(r, "batches") {
			var list []detection.Hit
			for range rapid.IntRange(1, 8).Draw(r, "hits") {
				x := seen(rapid.SampledFrom([]string{"a.example", "b.example"}).Draw(r, "value"), start.Add(time.Duration(rapid.IntRange(-300, 0).Draw(r, "minute"))*time.Minute))
				x.Subject, x.Count = rapid.SampledFrom([]string{"pc-1", "pc-2"}).Draw(r, "subject"), rapid.IntRange(1, 9).Draw(r, "count")
				total += int64(x.Count)
				want[x.Indicator+x.Subject+x.Time.Truncate(time.Hour).String()] = true
				list = append(list, x)
			}
			u := detection.Upload{Version: 1, Sensor: detection.Sensor{ID: "s", Version: "1"}, Batch: fmt.Sprint("b", b), Hits: list}
			body, err := u.Encode()
			expect.OK(t, err)
			for range rapid.IntRange(1, 2).Draw(r, "times") {
				h.clock.Advance(time.Second)
				out, err := h.Receive(ctx, sensorOf(member), body)
				if err != nil || out.Accepted+out.Duplicate != len(list) {
					r.Fatalf("%+v, %v", out, err)
				}
			}
		}
		got := int64(0)
		all := h.hits(t, member)
		for _, x := range all {
			got += x.Count
		}
		if got != total || len(all) != len(want) {
			r.Fatalf("%d hits count %d, want %d and %d", len(all), got, len(want), total)
		}
	})
}
