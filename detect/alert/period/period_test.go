package period

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// zones put their clocks forward and back at other hours, by an hour, by half
// of one (Lord Howe) and by a whole day (Apia in 2011), or never.
var zones = []string{"Europe/Zagreb", "Europe/Lisbon", "Europe/Athens", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu",
	"Pacific/Apia", "Africa/Casablanca", "UTC"}

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	out, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return out.UTC()
}

// In 2026 clocks of the Union go forward on 29 March and back on 25 October, at 01:00 UTC.
func TestNextAcrossClockChanges(t *testing.T) {
	zagreb := zone(t, "Europe/Zagreb")
	night := Quiet{From: 22 * 60, Until: 6 * 60}
	for name, tt := range map[string]struct {
		rule     Rule
		from, to string
	}{
		"daily, summer":               {Rule{Every: Daily, Hour: 7}, "2026-07-01T05:00:00Z", "2026-07-02T05:00:00Z"},
		"daily, forward":              {Rule{Every: Daily, Hour: 7}, "2026-03-28T06:00:00Z", "2026-03-29T05:00:00Z"},
		"daily, back":                 {Rule{Every: Daily, Hour: 7}, "2026-10-24T05:00:00Z", "2026-10-25T06:00:00Z"},
		"daily at the hour left out":  {Rule{Every: Daily, Hour: 2}, "2026-03-28T01:00:00Z", "2026-03-29T01:00:00Z"},
		"daily, the day after that":   {Rule{Every: Daily, Hour: 2}, "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"},
		"daily at the hour twice":     {Rule{Every: Daily, Hour: 2}, "2026-10-24T00:00:00Z", "2026-10-25T00:00:00Z"},
		"daily, not its second time":  {Rule{Every: Daily, Hour: 2}, "2026-10-25T00:00:00Z", "2026-10-26T01:00:00Z"},
		"hourly, first of the two":    {Rule{Every: Hourly}, "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z"},
		"hourly, second of the two":   {Rule{Every: Hourly}, "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"},
		"weekly over the change":      {Rule{Every: Weekly, Hour: 7, Weekday: time.Monday}, "2026-03-23T06:00:00Z", "2026-03-30T05:00:00Z"},
		"hourly before the night":     {Rule{Every: Hourly, Quiet: night}, "2026-07-01T18:30:00Z", "2026-07-01T19:00:00Z"},
		"hourly in the night":         {Rule{Every: Hourly, Quiet: night}, "2026-07-01T19:30:00Z", "2026-07-02T04:00:00Z"},
		"hourly, night of the change": {Rule{Every: Hourly, Quiet: night}, "2026-10-24T21:30:00Z", "2026-10-25T05:00:00Z"},
		"daily in the night":          {Rule{Every: Daily, Hour: 5, Quiet: night}, "2026-07-01T23:00:00Z", "2026-07-02T04:00:00Z"},
		"daily put off":               {Rule{Every: Daily, Hour: 5, Quiet: night}, "2026-07-02T03:30:00Z", "2026-07-02T04:00:00Z"},
	} {
		tt.rule.Zone = zagreb
		if got := tt.rule.Next(at(t, tt.from)); !got.Equal(at(t, tt.to)) {
			t.Errorf("%s: after %s comes %s, want %s", name, tt.from, got.Format(time.RFC3339), tt.to)
		}
	}
	if got := (Rule{Every: Now}).Next(at(t, "2026-07-01T05:00:00Z")); !got.IsZero() {
		t.Errorf("without digests: got %s", got)
	}
}

func TestQuietEnds(t *testing.T) {
	zagreb := zone(t, "Europe/Zagreb")
	for _, tt := range []struct {
		quiet   Quiet
		at, end string
	}{
		{Quiet{}, "2026-07-01T23:00:00Z", "2026-07-01T23:00:00Z"},
		{Quiet{22 * 60, 6 * 60}, "2026-07-01T20:00:00Z", "2026-07-02T04:00:00Z"},
		{Quiet{22 * 60, 6 * 60}, "2026-07-02T04:00:00Z", "2026-07-02T04:00:00Z"},
		{Quiet{12 * 60, 13 * 60}, "2026-07-01T10:59:59Z", "2026-07-01T11:00:00Z"},
		{Quiet{22 * 60, 150}, "2026-10-25T00:10:00Z", "2026-10-25T00:30:00Z"}, // 02:30, the first time
		{Quiet{22 * 60, 150}, "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z"}, // and the second
		{Quiet{22 * 60, 150}, "2026-03-29T00:10:00Z", "2026-03-29T01:00:00Z"}, // left out: 03:00
	} {
		if got := tt.quiet.End(at(t, tt.at), zagreb); !got.Equal(at(t, tt.end)) {
			t.Errorf("%v at %s: ends %s, want %s", tt.quiet, tt.at, got.Format(time.RFC3339), tt.end)
		}
	}
}

func rules(t *rapid.T) Rule {
	return Rule{Every: rapid.SampledFrom(Choices()[1:]).Draw(t, "every"), Hour: rapid.IntRange(0, 23).Draw(t, "hour"),
		Weekday: time.Weekday(rapid.IntRange(0, 6).Draw(t, "weekday")), Zone: zone(t, rapid.SampledFrom(zones).Draw(t, "zone")),
		Quiet: Quiet{rapid.IntRange(0, Day-1).Draw(t, "from"), rapid.IntRange(0, Day-1).Draw(t, "until")}}
}

func moment(t *rapid.T, name string) time.Time {
	return time.Unix(rapid.Int64Range(1262304000, 1893456000).Draw(t, name), 0).UTC() // 2010 to 2030
}

// Next goes forward, is the same from wherever in the period it is asked, never
// falls into quiet hours, and comes as often as it should.
func TestNextProperty(t *testing.T) {
	longest := map[Every]time.Duration{Hourly: 27 * time.Hour, Daily: 75 * time.Hour, Weekly: 15 * 24 * time.Hour} // quiet all day, and Samoa
	rapid.Check(t, func(t *rapid.T) {
		r, from := rules(t), moment(t, "from")
		next := r.Next(from)
		if !next.After(from) || next.Sub(from) > longest[r.Every] {
			t.Fatalf("after %s comes %s", from, next)
		}
		if r.Quiet.In(next, r.Zone) {
			t.Fatalf("%s is in quiet hours", next.In(r.Zone))
		}
		between := from.Add(time.Duration(rapid.Int64Range(0, int64(next.Sub(from))-1).Draw(t, "between")))
		if again := r.Next(between); !again.Equal(next) {
			t.Fatalf("from %s comes %s, from %s before it %s", between, again, from, next)
		}
	})
}

// Without quiet hours there is one daily digest for each date of the calendar,
// and one weekly for each of its weekdays, whatever the clocks do.
func TestOneForEachDate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, at := rules(t), moment(t, "from")
		r.Quiet = Quiet{}
		if r.Every == Hourly || r.Zone.String() == "Pacific/Apia" { // Samoa left a date out
			return
		}
		step := map[Every]int{Daily: 1, Weekly: 7}[r.Every]
		at = r.Next(at)
		for range 60 {
			next := r.Next(at)
			y, m, d := at.In(r.Zone).Date()
			if want := time.Date(y, m, d+step, 0, 0, 0, 0, time.UTC).Format(time.DateOnly); next.In(r.Zone).Format(time.DateOnly) != want {
				t.Fatalf("after %s comes %s, want the %s", at.In(r.Zone), next.In(r.Zone), want)
			}
			at = next
		}
	})
}

// Quiet hours end, at the first moment that is not in them.
func TestQuietProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, from := rules(t), moment(t, "from")
		end := r.Quiet.End(from, r.Zone)
		if end.Before(from) || end.Sub(from) > quietLongest || r.Quiet.In(end, r.Zone) {
			t.Fatalf("from %s they end %s", from.In(r.Zone), end.In(r.Zone))
		}
		if end.After(from) {
			before := from.Add(time.Duration(rapid.Int64Range(0, int64(end.Sub(from))-1).Draw(t, "before")))
			if !r.Quiet.In(before, r.Zone) {
				t.Fatalf("%s is before their end %s and not in them", before.In(r.Zone), end.In(r.Zone))
			}
		}
	})
}
