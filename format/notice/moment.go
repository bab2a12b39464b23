package notice

import (
	"strconv"
	"strings"
	"time"

	"ward/format/pattern"
)

// Moment is a day and time that a text names.
type Moment struct {
	At   time.Time
	Text string // as it stands there
	end  int    // where it ends in its text
	from int
}

// months by the first letters of their names in English, German and French; the
// longer beginnings come first, as "juin" and "juillet" share three letters.
var months = [...]struct {
	begin string
	month time.Month
}{{"janv", 1}, {"jan", 1}, {"jän", 1}, {"févr", 2}, {"fevr", 2}, {"fév", 2}, {"feb", 2}, {"mars", 3}, {"mär", 3}, {"mar", 3}, {"avr", 4}, {"apr", 4}, {"mai", 5}, {"may", 5},
	{"juin", 6}, {"jun", 6}, {"juil", 7}, {"jul", 7}, {"août", 8}, {"aout", 8}, {"aug", 8}, {"sep", 9}, {"okt", 10}, {"oct", 10}, {"nov", 11}, {"dez", 12}, {"déc", 12}, {"dec", 12}}

const (
	clockPart = `(?:[T\s,]+(?:at|um|à|gegen|kl\.?)?\s*(\d{1,2})[:.h](\d{2})(?::\d{2}(?:\.\d+)?)?\s*(Z\b|UTC\b|GMT\b|[+-]\d{2}:?\d{2}\b)?)`
	monthPart = `([\p{L}]{3,9})\.?`
)

// The forms of a day with its time. A day without one is passed over: a deadline
// must not begin at a midnight that nobody named.
var (
	isoDay   = pattern.Of(`\b(\d{4})-(\d{2})-(\d{2})` + clockPart)
	plainDay = pattern.Of(`\b(\d{1,2})[./](\d{1,2})[./](\d{4})` + clockPart)
	dayMonth = pattern.Of(`\b(\d{1,2})\.?\s+` + monthPart + `\s+(\d{4})` + clockPart)
	monthDay = pattern.Of(`\b` + monthPart + `\s+(\d{1,2}),?\s+(\d{4})` + clockPart)
)

// maxMoments bounds what is proposed of one text.
const maxMoments = 10

// Moments finds days with a time, in the order of the text. Days are written
// before months, as Europe does; times without a zone are of zone, and of the two
// readings of an hour that a clock change repeats the earlier one counts.
func Moments(text string, zone *time.Location) []Moment {
	var out []Moment
	for _, form := range []struct {
		shape            pattern.Pattern
		year, month, day int // groups
	}{{isoDay, 1, 2, 3}, {plainDay, 3, 2, 1}, {dayMonth, 3, 2, 1}, {monthDay, 3, 1, 2}} {
		for _, at := range form.shape().FindAllStringSubmatchIndex(text, maxMoments) {
			group := func(n int) string {
				if at[2*n] < 0 {
					return ""
				}
				return text[at[2*n]:at[2*n+1]]
			}
			hour, ok := hourOf(group(4), text[at[1]:])
			if !ok {
				continue
			}
			if t, ok := moment(group(form.year), group(form.month), group(form.day), hour, group(5), group(6), zone); ok {
				out = insert(out, Moment{At: t, Text: strings.TrimSpace(text[at[0]:at[1]]), from: at[0], end: at[1]})
			}
		}
	}
	return out[:min(len(out), maxMoments)]
}

// halfDay is how English says which half of the day an hour is of.
var halfDay = pattern.Of(`(?i)^\s?([ap])\.?m\b`)

// hourOf is the hour of a day by what stands behind a time. False for what is no
// time but the beginning of the next date, as in "05.11.2026, 06.11.2026".
func hourOf(hour, rest string) (string, bool) {
	if len(rest) > 1 && strings.IndexByte("./-", rest[0]) >= 0 && rest[1] >= '0' && rest[1] <= '9' {
		return "", false
	}
	half := halfDay().FindStringSubmatch(rest)
	if half == nil {
		return hour, true
	}
	h := number(hour)
	if h < 1 || h > 12 {
		return "", false
	}
	if h %= 12; half[1] == "p" || half[1] == "P" {
		h += 12
	}
	return strconv.Itoa(h), true
}

// insert keeps the order of the text; what overlaps is one moment.
func insert(list []Moment, m Moment) []Moment {
	i := len(list)
	for ; i > 0 && list[i-1].from >= m.from; i-- {
	}
	if i > 0 && list[i-1].end > m.from || i < len(list) && list[i].from < m.end {
		return list
	}
	return append(list[:i], append([]Moment{m}, list[i:]...)...)
}

// ReadMoment reads a text that is a day with a time and nothing else.
func ReadMoment(text string, zone *time.Location) (time.Time, bool) {
	text = strings.TrimSpace(text)
	for _, m := range Moments(text, zone) {
		if m.Text == text {
			return m.At, true
		}
	}
	return time.Time{}, false
}

func moment(year, month, day, hour, minute, offset string, zone *time.Location) (time.Time, bool) {
	y, d, h, min := number(year), number(day), number(hour), number(minute)
	m := time.Month(number(month))
	if m == 0 {
		m = monthOf(month)
	}
	if y < 1990 || y > 2200 || m < 1 || m > 12 || h > 23 || min > 59 {
		return time.Time{}, false
	}
	switch {
	case offset == "Z" || offset == "UTC" || offset == "GMT":
		zone = time.UTC
	case offset != "":
		o := strings.Replace(offset[1:], ":", "", 1)
		seconds := number(o[:2])*3600 + number(o[2:])*60
		if seconds > 14*3600 {
			return time.Time{}, false
		}
		if offset[0] == '-' {
			seconds = -seconds
		}
		zone = time.FixedZone("", seconds)
	}
	t := time.Date(y, m, d, h, min, 0, 0, zone)
	if t.Day() != d || t.Month() != m { // there is no such day
		return time.Time{}, false
	}
	if earlier := t.Add(-time.Hour); earlier.Format(time.DateTime) == t.Format(time.DateTime) {
		t = earlier
	}
	return t.UTC(), true
}

// number is zero for what is none.
func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func monthOf(word string) time.Month {
	word = strings.ToLower(word)
	for _, m := range months {
		if strings.HasPrefix(word, m.begin) {
			return m.month
		}
	}
	return 0
}
