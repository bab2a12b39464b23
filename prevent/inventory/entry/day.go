package entry

import (
	"strconv"
	"strings"
	"time"
)

// ISODay is how a day is kept: as text it sorts by time.
const ISODay = "2006-01-02"

// dayForms are the ways in which lists of hospitals write a day. The day stands
// before the month, as everywhere in the Union.
var dayForms = [...]string{ISODay, "2006-1-2", "2006/1/2", "2.1.2006", "2. 1. 2006", "2/1/2006", "2-1-2006", "2.1.06",
	"2 January 2006", "2 Jan 2006", "2-Jan-2006", "2-Jan-06", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02T15:04:05Z07:00", "20060102"}

// monthForms name a month; support then ends with its last day.
var monthForms = [...]string{"2006-01", "2006/01", "01/2006", "1/2006", "01.2006", "1.2006", "January 2006", "Jan 2006", "Jan-2006", "Jan-06"}

// ReadDay reads a date of a cell as 2006-01-02. A month or a year means its last
// day. A date that can only be month before day is read so. false when it is none
// of these or lies outside 1970 to 2199.
func ReadDay(s string) (day string, ok bool) {
	s = strings.TrimSpace(s)
	for _, form := range dayForms {
		if t, err := time.Parse(form, s); err == nil {
			return within(t)
		}
	}
	for _, form := range monthForms {
		if t, err := time.Parse(form, s); err == nil {
			return within(t.AddDate(0, 1, -1))
		}
	}
	if year, err := strconv.Atoi(s); err == nil && len(s) == 4 {
		return within(time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC))
	}
	if t, err := time.Parse("1/2/2006", s); err == nil { // 12/31/2027: no other reading
		return within(t)
	}
	return "", false
}

func within(t time.Time) (string, bool) {
	return t.Format(ISODay), t.Year() >= 1970 && t.Year() < 2200
}
