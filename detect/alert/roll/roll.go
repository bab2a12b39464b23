// Package roll is the form in which the first alerts of an issue that concerns many
// are stored: one row, durable at once. It knows no database.
package roll

import (
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"ward/detect/alert/packed"
)

// Roll is who is alerted by an issue, all for the first time, for the same
// reason and with the same time to act. What is true of all is said once, so
// 15,000 alerts are durable in one row of 60 kB, where a row each would hold the
// only writer for a twentieth of a second while everybody waits. The rows are
// written from it before their deliveries are; the alert sees to that.
type Roll struct {
	Issue   int64
	Why     string
	At, Due time.Time
	// Written is how many have their row of alert.
	Written int
	// Rows are all that were packed; of a stored roll, the next ones to be written.
	Rows []Row
}

// Row is what differs between the alerts of a roll.
type Row struct {
	Org              int64
	Affected, Review int
	Addressed        bool
}

// edition is the first byte of a roll's body.
const edition = 1

var errForm = errors.New("a stored roll of alerts cannot be read")

// Pack writes the rows in the order of their organisations.
func (r *Roll) Pack() []byte {
	slices.SortFunc(r.Rows, func(a, b Row) int { return int(a.Org - b.Org) })
	out := binary.AppendUvarint([]byte{edition}, uint64(len(r.Rows)))
	last := int64(0)
	for _, x := range r.Rows {
		out = binary.AppendUvarint(out, uint64(x.Org-last))
		out = binary.AppendUvarint(out, uint64(x.Affected))
		out = binary.AppendUvarint(out, uint64(x.Review)<<1|bit(x.Addressed))
		last = x.Org
	}
	return out
}

// Unpack reads of what Pack wrote the next n that are not written, and tells
// whether more follow them.
func (r *Roll) Unpack(body []byte, n int) (more bool, err error) {
	p := packed.Read(body)
	if p.Byte() != edition {
		return false, errForm
	}
	all := p.Count()
	if r.Written > all {
		return false, errForm
	}
	n = min(n, all-r.Written)
	r.Rows = make([]Row, 0, n)
	last := int64(0)
	for i := range r.Written + n {
		x := Row{Org: last + int64(p.Uvarint()), Affected: int(p.Uvarint())}
		review := p.Uvarint()
		x.Review, x.Addressed = int(review>>1), review&1 != 0
		if last = x.Org; i >= r.Written {
			r.Rows = append(r.Rows, x)
		}
	}
	if p.Bad() {
		return false, errForm
	}
	return r.Written+n < all, nil
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
