package rule

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func calendar(t testing.TB, zone string, rules ...string) *Calendar {
	t.Helper()
	c, err := NewCalendar(zone, rules)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func at(t testing.TB, c *Calendar, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02 15:04", s, c.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func period(t testing.TB, s string) Period {
	t.Helper()
	p, err := ParsePeriod(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPeriods(t *testing.T) {
	berlin := calendar(t, "Europe/Berlin", "easter-2", "easter+1", "12-25", "12-26", "01-01", "05-01")
	for _, c := range []struct{ name, period, from, strict, latest string }{
		{"hours run through the week-end", "72 hours", "2026-11-27 18:00", "2026-11-30 18:00", "2026-11-30 19:00"},
		{"the hour of the event does not count", "24 hours", "2026-11-27 18:20", "2026-11-28 18:20", "2026-11-28 19:00"},
		{"hours lose one when summer time begins", "24 hours", "2027-03-27 12:00", "2027-03-28 13:00", "2027-03-28 14:00"},
		{"hours gain one when it ends", "24 hours", "2026-10-24 12:00", "2026-10-25 11:00", "2026-10-25 12:00"},
		{"days keep the clock time over the change", "2 days", "2027-03-27 12:00", "2027-03-29 12:00", "2027-03-31 23:59"},
		{"72 hours over Easter hold two working days in law", "72 hours", "2027-03-25 23:30", "2027-03-29 00:30", "2027-03-31 23:59"},
		{"a day that ends on Sunday ends on Monday in law", "15 days", "2027-03-05 09:00", "2027-03-20 09:00", "2027-03-22 23:59"},
		{"two days over a week-end hold two working days", "2 days", "2026-11-27 09:00", "2026-11-29 09:00", "2026-12-01 23:59"},
		{"one day that ends on a Saturday", "1 day", "2026-11-27 09:00", "2026-11-28 09:00", "2026-11-30 23:59"},
		{"a month is clamped", "1 month", "2027-01-31 09:00", "2027-02-28 09:00", "2027-03-01 23:59"},
		{"a month into a leap February", "1 month", "2028-01-31 09:00", "2028-02-29 09:00", "2028-02-29 23:59"},
		{"a month from the end of February does not grow", "1 month", "2027-02-28 09:00", "2027-03-28 09:00", "2027-03-30 23:59"},
		{"a month over the turn of the year", "1 month", "2026-12-31 09:00", "2027-01-31 09:00", "2027-02-01 23:59"},
		{"six months", "6 months", "2026-08-31 09:00", "2027-02-28 09:00", "2027-03-01 23:59"},
		{"working days go over holidays", "3 working days", "2026-12-23 10:00", "2026-12-29 10:00", "2026-12-29 23:59"},
		{"working days from a Sunday", "1 working day", "2026-11-29 10:00", "2026-11-30 10:00", "2026-11-30 23:59"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, from := period(t, c.period), at(t, berlin, c.from)
			if got := p.After(from, berlin).Format("2006-01-02 15:04"); got != c.strict {
				t.Errorf("strict end is %s, want %s", got, c.strict)
			}
			if got := p.Latest(from, berlin).Format("2006-01-02 15:04"); got != c.latest {
				t.Errorf("latest end is %s, want %s", got, c.latest)
			}
		})
	}
}

// TestStrictIsNeverLater: whatever the period, the strict end comes first, and
// both lie after the base.
func TestStrictIsNeverLater(t *testing.T) {
	zones := []*Calendar{calendar(t, "Europe/Berlin", "12-25", "easter+1"), calendar(t, "Europe/Lisbon"), calendar(t, "Asia/Nicosia", "orthodox+1"), calendar(t, "UTC")}
	rapid.Check(t, func(r *rapid.T) {
		c := rapid.SampledFrom(zones).Draw(r, "zone")
		base := time.Unix(rapid.Int64Range(1_700_000_000, 2_500_000_000).Draw(r, "base"), 0)
		p := Period{rapid.IntRange(1, 400).Draw(r, "n"), rapid.SampledFrom([]Unit{Hours, Days, WorkingDays, Months}).Draw(r, "unit")}
		strict, latest := p.After(base, c), p.Latest(base, c)
		if !strict.After(base) || latest.Before(strict) {
			r.Errorf("%s from %s: strict %s, latest %s", p, base.In(c.Zone), strict, latest)
		}
		if p.Unit != Hours && !c.Working(latest) {
			r.Errorf("%s from %s ends on a free day, %s", p, base.In(c.Zone), latest)
		}
	})
}

func TestParsePeriodRefuses(t *testing.T) {
	for _, s := range []string{"", "24", "hours", "0 hours", "-1 days", "24hours", "1 week", "10001 hours", "1.5 days", " 1 day"} {
		if p, err := ParsePeriod(s); err == nil {
			t.Errorf("%q is read as %s", s, p)
		}
	}
}

func ExampleAddMonths() {
	t := time.Date(2027, 1, 31, 9, 0, 0, 0, time.UTC)
	fmt.Println(AddMonths(t, 1).Format(time.DateOnly), AddMonths(t, 13).Format(time.DateOnly))
	// Output: 2027-02-28 2028-02-29
}

// TestHolidays: days known from printed calendars.
func TestHolidays(t *testing.T) {
	c := calendar(t, "Europe/Dublin", "easter+0", "orthodox+0", "mon>=05-01", "mon>=10-25", "sat>=06-20", "12-24 from 2025")
	for day, want := range map[string]string{
		"2024-03-31": "easter+0", "2025-04-20": "easter+0", "2026-04-05": "easter+0", "2027-03-28": "easter+0", "2038-04-25": "easter+0", "2024-05-05": "orthodox+0",
		"2026-04-12": "orthodox+0", "2027-05-02": "orthodox+0", "2026-05-04": "mon>=05-01", "2026-10-26": "mon>=10-25", "2026-06-20": "sat>=06-20",
		"2027-06-26": "sat>=06-20", "2024-12-24": "", "2025-12-24": "12-24 from 2025", "2026-05-11": ""} {
		if got := c.Holiday(at(t, c, day+" 12:00")); got != want {
			t.Errorf("%s is %q, want %q", day, got, want)
		}
	}
	for _, bad := range []string{"13-01", "easter", "easter+500", "foo>=01-01", "mon>=1", "12-24 from x", ""} {
		if _, err := NewCalendar("Europe/Dublin", []string{bad}); err == nil {
			t.Errorf("holiday %q is taken", bad)
		}
	}
	for _, zone := range []string{"", "Local", "Europe/Atlantis"} {
		if _, err := NewCalendar(zone, nil); err == nil {
			t.Errorf("zone %q is taken", zone)
		}
	}
}
