package alert_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"ward"
	"ward/detect/alert/period"
	"ward/detect/alert/reach"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/faults/house"
)

// links have secrets, in which any few letters may stand by chance.
var links = regexp.MustCompile(`https?://\S+`)

// Over the night in which clocks go back, with two replicas, outages and cut
// transactions: every person hears of every alert in exactly one digest, and his
// periods follow each other without a gap.
func TestDigestsAcrossRestarts(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(4)
		s := open(t, d, w)
		s.clock.Advance(time.Date(2026, 10, 23, 3, 0, 0, 0, time.UTC).Sub(night))
		other, err := house.Open(ctx, d, w, house.Options{Folder: t.TempDir(), Clock: s.clock.Now, Mail: s.box})
		if err != nil {
			t.Fatal(err)
		}
		var people []ward.Actor
		for i, rule := range []period.Rule{{Every: period.Hourly}, {Every: period.Daily, Hour: 2}, {Every: period.Weekly, Hour: 2, Weekday: time.Sunday},
			{Every: period.Hourly, Quiet: period.Quiet{From: 22 * 60, Until: 150}}} {
			a := login(w, house.Org(i), []string{"Europe/Zagreb", "Europe/Lisbon", "Europe/Athens", "Europe/Zagreb"}[i])
			s.wish(t, a, reach.Wishes{Rule: rule, Urgent: reach.UrgentNever, SMS: reach.TextNever})
			people = append(people, a)
		}
		s = s.run(t)
		chance := rand.New(rand.NewPCG(7, 7))
		const alerts = 8
		for n := range alerts {
			s.happens(t, fmt.Sprintf("n%dx", n), nil)
			s.clock.Advance(time.Duration(20+chance.IntN(900)) * time.Minute)
			var both sync.WaitGroup
			for i, h := range []*house.House{s.House, other} {
				limit, cancel := context.WithCancel(ctx)
				both.Go(func() { _ = h.Alerts.Release(limit) }) // cut: the next one does it
				if i == n%2 {
					cancel()
				}
				t.Cleanup(cancel)
			}
			both.Wait()
			s.release(t)
		}
		s.clock.Advance(8 * 24 * time.Hour)
		s.release(t)
		text := map[string]string{}
		ids := map[string]bool{}
		for _, m := range s.box.Sent() {
			text[m.To] += links.ReplaceAllString(m.Text, "")
			if ids[m.ID] {
				t.Errorf("%s was sent twice", m.ID)
			}
			ids[m.ID] = true
		}
		for i, a := range people {
			for n := range alerts {
				if got := strings.Count(text["it@"+string(house.Org(i))+".example"], fmt.Sprintf("n%dx", n)); got != 1 {
					t.Errorf("person %d heard %d times of alert %d", i, got, n)
				}
			}
			list, err := s.Alerts.Reach().Digests(ctx, a)
			if err != nil || len(list) == 0 {
				t.Fatal(list, err)
			}
			for k := 1; k < len(list); k++ {
				if !list[k-1].From.Equal(list[k].Until) {
					t.Errorf("person %d: a gap between %s and %s", i, list[k].Until, list[k-1].From)
				}
			}
		}
	})
}
