package disclosure

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"sync"
	"time"

	"ward"
	"ward/kit/clock"
	"ward/kit/web"
)

// What a day brings in at most without an account: by network, and of all
// together, so that no flood fills the disk or buries a case.
const (
	networkReports = 10
	houseReports   = 500
	networkBytes   = 60 << 20
	houseBytes     = 500 << 20
	orgReports     = 100 // of a maker
	caseWords      = 50  // messages of the reporter in one case
)

// A form with files is held in memory while it is read: so many at once, and no
// network more than two.
const (
	gateForms   = 4
	gateNetwork = 2
	gateWait    = 20 * time.Second
	gateTime    = 2 * time.Minute // to send a form: 128 KB/s for the largest
)

// gate counts the forms that are being read. It is a matter of memory, so each
// replica counts its own.
type gate struct {
	mu  sync.Mutex
	all int
	per map[string]int
}

func newGate() *gate { return &gate{per: map[string]int{}} }

// Enter lets a form in before it is read, to be left when it was. Throttled when
// too many are under way. Who sends too slowly is cut off, so that nobody keeps
// the others out.
func (s *Service) Enter(w http.ResponseWriter, r *http.Request) (leave func(), err error) {
	out, err := s.gate.enter(web.Network(s.cfg.Client(r)))
	if err != nil {
		return nil, err
	}
	control := http.NewResponseController(w)
	control.SetReadDeadline(clock.Deadline(gateTime)) //nolint:errcheck // a recorder of a test has none
	return func() {
		control.SetReadDeadline(time.Time{}) //nolint:errcheck // as above
		out()
	}, nil
}

func (g *gate) enter(from string) (leave func(), err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.all >= gateForms || g.per[from] >= gateNetwork {
		return nil, ward.Fail(ward.Throttled, "disclosure.error.busy").After(gateWait)
	}
	g.all++
	g.per[from]++
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.all--
		if g.per[from]--; g.per[from] <= 0 {
			delete(g.per, from)
		}
	}, nil
}

// originHash is what a network is counted under: addresses are not kept.
func originHash(address string) string {
	sum := sha256.Sum256([]byte("disclosure report " + web.Network(address)))
	return hex.EncodeToString(sum[:])
}

// tries is what came in since a day.
type tries struct {
	Reports, AllReports int
	Bytes, AllBytes     int64
}

// admit refuses what goes beyond the day's measure.
func (t tries) admit(reports int, size int64) error {
	if t.Reports+reports > networkReports || t.Bytes+size > networkBytes || t.AllReports+reports > houseReports || t.AllBytes+size > houseBytes {
		return ward.Fail(ward.Throttled, "disclosure.error.often").After(day)
	}
	return nil
}
