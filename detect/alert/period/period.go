// Package period says when a person is told: digests by the hour, day or week
// on his own clock, and quiet hours. It knows no database and no present time.
// All its rules hold when clocks are put forward or back: an hour that happens
// twice or not at all makes no digest twice, and loses none.
package period

import "time"

// Every is how often mail comes.
type Every string

// The choices. Now sends each alert by itself.
const (
	Now    Every = "now"
	Hourly Every = "hourly"
	Daily  Every = "daily"
	Weekly Every = "weekly"
)

// Choices lists them, from the soonest.
func Choices() []Every { return []Every{Now, Hourly, Daily, Weekly} }

// Rule is when one person's digests end. The zero value, with a zone, is Now.
type Rule struct {
	Every   Every
	Hour    int          // 0 to 23 on the person's clock: daily and weekly
	Weekday time.Weekday // weekly
	Quiet   Quiet
	Zone    *time.Location // nil means UTC
}

// Span is one period: it covers what was queued after From and not after Until.
type Span struct{ From, Until time.Time }

func (r Rule) zone() *time.Location {
	if r.Zone == nil {
		return time.UTC
	}
	return r.Zone
}

// Next is the first moment after t at which a digest is due. One that falls
// into quiet hours is due when they end, together with those before it. It is
// the zero time for Now.
func (r Rule) Next(t time.Time) time.Time {
	if r.Every == Now || r.Every == "" {
		return time.Time{}
	}
	from := t
	if r.Quiet.In(t, r.zone()) { // one may have been put off already
		from = t.Add(-quietLongest)
	}
	for {
		from = r.due(from)
		if end := r.Quiet.End(from, r.zone()); end.After(t) {
			return end.UTC()
		}
	}
}

// quietLongest is how long quiet hours last at most, with a clock put back.
const quietLongest = 26 * time.Hour

// due is Next without quiet hours. Hours are those of the world's clock, which
// nobody puts back.
func (r Rule) due(t time.Time) time.Time {
	if r.Every == Hourly {
		return t.Truncate(time.Hour).Add(time.Hour)
	}
	y, m, d := t.In(r.zone()).Date()
	for day := d - 1; ; day++ { // the day before: where a whole day is left out, as once in Samoa
		if r.Every == Weekly && time.Date(y, m, day, 0, 0, 0, 0, time.UTC).Weekday() != r.Weekday {
			continue
		}
		if at := wall(y, m, day, r.Hour*60, r.zone()); at.After(t) {
			return at
		}
	}
}

// Close cuts an open period at now: closed are the periods that have ended, one
// after the other without a gap, at most limit; next is the one that is open
// then. A house that was down closes the periods it missed one by one.
func (r Rule) Close(open Span, now time.Time, limit int) (closed []Span, next Span) {
	for !open.Until.IsZero() && !open.Until.After(now) && len(closed) < limit {
		closed = append(closed, open)
		open = Span{From: open.Until, Until: r.Next(open.Until)}
	}
	return closed, open
}

// wall is the first moment at which the clock of zone shows that minute of the
// day or, where that minute is left out, the moment at which it is passed.
func wall(y int, m time.Month, day, minute int, zone *time.Location) time.Time {
	shown := time.Date(y, m, day, 0, minute, 0, 0, time.UTC)
	_, before := shown.Add(-24 * time.Hour).In(zone).Zone()
	_, after := shown.Add(24 * time.Hour).In(zone).Zone()
	early, late := shown.Add(-seconds(max(before, after))), shown.Add(-seconds(min(before, after)))
	for _, at := range []time.Time{early, late} {
		if _, offset := at.In(zone).Zone(); at.Add(seconds(offset)).Equal(shown) {
			return at
		}
	}
	passed, _ := late.In(zone).ZoneBounds()
	return passed.UTC()
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
