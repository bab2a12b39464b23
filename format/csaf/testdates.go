package csaf

import (
	"time"

	"ward/format/pattern"
)

// strictTime is 2.1 section 2.3: RFC 3339 with capital letters and without
// leap seconds. That the day exists is left to time.Parse.
var strictTime = pattern.Of(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`)

// dates is 6.1.37.
func dates(s *subject, tell say) {
	check := func(at view) {
		if !at.exists() {
			return
		}
		if _, ok := at.time(); !ok || !strictTime().MatchString(at.text()) {
			tell(at, "no date-time: "+at.text())
		}
	}
	for _, name := range [...]string{"current_release_date", "initial_release_date"} {
		check(s.tracking(name))
	}
	check(s.tracking("generator").get("date"))
	for _, r := range s.history {
		check(r.get("date"))
	}
	for _, v := range s.vulns {
		check(v.get("disclosure_date"))
		check(v.get("discovery_date"))
		for _, part := range [...]string{"first_known_exploitation_dates", "flags", "involvements", "remediations", "threats"} {
			for _, item := range v.every(part) {
				check(item.get("date"))
				check(item.get("exploitation_date"))
			}
		}
		for _, m := range v.every("metrics") {
			check(m.path("content", "epss", "timestamp"))
			check(m.path("content", "ssvc_v2", "timestamp"))
		}
	}
}

// notAfter tells a date that is later than the newest revision of a released document.
func (s *subject) notAfter(at view, tell say) {
	newest, ok := s.newest()
	if t, is := at.time(); ok && is && s.released() && t.After(newest) {
		tell(at, at.text()+" is after the newest revision")
	}
}

// disclosureConsistent is 6.1.45.
func disclosureConsistent(s *subject, tell say) {
	for _, v := range s.vulns {
		if s.clear() {
			s.notAfter(v.get("disclosure_date"), tell)
		}
	}
}

// ssvcTime is 6.1.49, epssTime 6.1.51.
func ssvcTime(s *subject, tell say) { s.metricTimes("ssvc_v2", tell) }

// epssTime is 6.1.51.
func epssTime(s *subject, tell say) { s.metricTimes("epss", tell) }

// metricTimes wants the timestamps of one kind of metric not after the newest
// revision; see notAfter.
func (s *subject) metricTimes(member string, tell say) {
	for _, v := range s.vulns {
		for _, m := range v.every("metrics") {
			s.notAfter(m.path("content", member, "timestamp"), tell)
		}
	}
}

// exploitationTime is 6.1.52, exploitationOrder 6.1.53.
func exploitationTime(s *subject, tell say) {
	for _, v := range s.vulns {
		for _, e := range v.every("first_known_exploitation_dates") {
			s.notAfter(e.get("date"), tell)
			s.notAfter(e.get("exploitation_date"), tell)
		}
	}
}

// exploitationOrder is 6.1.53: nobody can say on a day what happens after it.
func exploitationOrder(s *subject, tell say) {
	for _, v := range s.vulns {
		for _, e := range v.every("first_known_exploitation_dates") {
			said, ok := e.get("date").time()
			if t, is := e.get("exploitation_date").time(); ok && is && t.After(said) {
				tell(e.get("exploitation_date"), "exploited after the day on which it was said")
			}
		}
	}
}

// initialDate is 6.2.5, currentDate 6.2.6.
func initialDate(s *subject, tell say) {
	if len(s.history) > 0 {
		s.notBefore(s.tracking("initial_release_date"), s.history[0].date, "the oldest revision", tell)
	}
}

// currentDate is 6.2.6.
func currentDate(s *subject, tell say) {
	if newest, ok := s.newest(); ok {
		s.notBefore(s.tracking("current_release_date"), newest, "the newest revision", tell)
	}
}

// notBefore tells a date that is before a limit; unreadable dates are the schema's.
func (s *subject) notBefore(at view, limit time.Time, what string, tell say) {
	if t, ok := at.time(); ok && t.Before(limit) {
		tell(at, at.text()+" is before "+what)
	}
}

// sameTime is 6.2.21.
func sameTime(s *subject, tell say) {
	for i := 1; i < len(s.history); i++ {
		a, b := s.history[i-1], s.history[i]
		if !b.date.IsZero() && a.date.Equal(b.date) {
			tell(b.get("date"), "the same time as revision "+a.number)
		}
	}
}

// disclosureNewer is 6.2.33: only a date that has passed counts.
func disclosureNewer(s *subject, tell say) {
	newest, ok := s.newest()
	for _, v := range s.vulns {
		at := v.get("disclosure_date")
		t, is := at.time()
		switch {
		case !ok || !is || !t.After(newest):
		case t.Before(s.now):
			tell(at, at.text()+" has passed since the newest revision")
		case s.now.Equal(current):
			s.notRun(at, "whether the day has passed is not known here")
		}
	}
}

// epssAge is how old the newest EPSS value may be (6.2.41).
const epssAge = 15 * 24 * time.Hour

// epssOld is 6.2.41: it looks at the youngest value of each vulnerability.
func epssOld(s *subject, tell say) {
	newest, ok := s.newest()
	if !ok || !s.released() {
		return
	}
	for _, v := range s.vulns {
		var youngest view
		var at time.Time
		for _, m := range v.every("metrics") {
			stamp := m.path("content", "epss", "timestamp")
			if t, ok := stamp.time(); ok && t.After(at) {
				youngest, at = stamp, t
			}
		}
		if youngest.exists() && newest.Sub(at) > epssAge {
			tell(youngest, "more than 15 days before the newest revision")
		}
	}
}
