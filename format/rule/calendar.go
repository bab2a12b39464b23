package rule

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Calendar is a country's time zone and public holidays. Holidays that only a
// part of the country keeps are not in it: treating such a day as a working day
// makes a deadline earlier, never later.
type Calendar struct {
	Zone *time.Location
	days []holiday
}

// maxHolidays leaves working days in every year: counting them must end.
const maxHolidays = 60

// holiday is one yearly rule; on gives its day in a year.
type holiday struct {
	text string
	on   func(year int) time.Time
}

// NewCalendar reads a zone's IANA name and holiday rules in these forms:
//
//	12-25            the day of the month
//	easter+1         days from Easter Sunday (Gregorian)
//	orthodox+1       days from Orthodox Easter Sunday
//	mon>=05-01       the first Monday on or after 1 May
//
// A rule may end in "from 2024": it holds from that year on.
func NewCalendar(zone string, rules []string) (*Calendar, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		return nil, fmt.Errorf("time zone %q is not known", zone)
	}
	if len(rules) > maxHolidays {
		return nil, fmt.Errorf("%d holidays, at most %d", len(rules), maxHolidays)
	}
	c := &Calendar{Zone: loc}
	for _, r := range rules {
		on, err := parseHoliday(r)
		if err != nil {
			return nil, err
		}
		c.days = append(c.days, holiday{r, on})
	}
	return c, nil
}

// parseHoliday reads one rule of NewCalendar with its first year. Before that
// year the rule gives no day, so old incidents keep the calendar of their time.
func parseHoliday(text string) (func(int) time.Time, error) {
	body, from, dated := strings.Cut(text, " from ")
	on, err := holidayRule(body)
	if err != nil || !dated {
		return on, err
	}
	first, err := strconv.Atoi(from)
	if err != nil {
		return nil, fmt.Errorf("holiday %q: no year after from", text)
	}
	return func(year int) time.Time {
		if year < first {
			return time.Time{}
		}
		return on(year)
	}, nil
}

// holidayRule reads a rule without its year. Days that depend on Easter move with
// the church that the country follows, hence two of them.
func holidayRule(s string) (func(int) time.Time, error) {
	for name, sunday := range map[string]func(int) time.Time{"easter": easter, "orthodox": orthodoxEaster} {
		if rest, ok := strings.CutPrefix(s, name); ok {
			n, err := strconv.Atoi(rest)
			if err != nil || n < -100 || n > 100 {
				return nil, fmt.Errorf("holiday %q: want %s+1 or %s-2", s, name, name)
			}
			return func(y int) time.Time { return sunday(y).AddDate(0, 0, n) }, nil
		}
	}
	if day, date, ok := strings.Cut(s, ">="); ok {
		w := strings.Index("sunmontuewedthufrisat", day)
		d, err := time.Parse("01-02", date)
		if err != nil || len(day) != 3 || w%3 != 0 {
			return nil, fmt.Errorf("holiday %q: want mon>=05-01", s)
		}
		return func(y int) time.Time {
			t := time.Date(y, d.Month(), d.Day(), 0, 0, 0, 0, time.UTC)
			return t.AddDate(0, 0, (w/3-int(t.Weekday())+7)%7)
		}, nil
	}
	d, err := time.Parse("01-02", s)
	if err != nil {
		return nil, fmt.Errorf("holiday %q is neither a day, nor easter, orthodox or a weekday", s)
	}
	return func(y int) time.Time { return time.Date(y, d.Month(), d.Day(), 0, 0, 0, 0, time.UTC) }, nil
}

// easter is the Gregorian Easter Sunday (Meeus, Jones and Butcher).
func easter(y int) time.Time {
	a, b, c := y%19, y/100, y%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	day := (h + l - 7*m + 33*month + 19) % 32
	return time.Date(y, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// orthodoxEaster is the Julian Easter Sunday in the Gregorian calendar; the 13
// days between the two hold until 2099.
func orthodoxEaster(y int) time.Time {
	d := (19*(y%19) + 15) % 30
	e := (2*(y%4) + 4*(y%7) - d + 34) % 7
	month, day := (d+e+114)/31, (d+e+114)%31+1
	return time.Date(y, time.Month(month), day+13, 0, 0, 0, 0, time.UTC)
}

// Holiday gives the rule by which t's day is a public holiday, "" if it is none.
func (c *Calendar) Holiday(t time.Time) string {
	y, m, d := t.In(c.Zone).Date()
	for _, h := range c.days {
		if hy, hm, hd := h.on(y).Date(); hy == y && hm == m && hd == d {
			return h.text
		}
	}
	return ""
}

// Working reports whether t's day is neither Saturday, Sunday nor a public
// holiday (Regulation 1182/71, Art. 2(2)).
func (c *Calendar) Working(t time.Time) bool {
	w := t.In(c.Zone).Weekday()
	return w != time.Saturday && w != time.Sunday && c.Holiday(t) == ""
}

// addWorkingDays is the nth working day after t's day, at t's clock time.
func (c *Calendar) addWorkingDays(t time.Time, n int) time.Time {
	for n > 0 {
		t = t.AddDate(0, 0, 1)
		if c.Working(t) {
			n--
		}
	}
	return t
}

// holdTwo moves end on to the end of a day until start to end touches two
// working days.
func (c *Calendar) holdTwo(start, end time.Time) time.Time {
	touched := func() (n int) {
		for d := start; d.Before(end); d = endOfDay(d).Add(time.Second) {
			if c.Working(d) {
				n++
			}
			if n == 2 {
				break
			}
		}
		return n
	}
	for touched() < 2 {
		end = endOfDay(end)
		if touched() < 2 {
			end = endOfDay(end.AddDate(0, 0, 1))
		}
	}
	return end
}
