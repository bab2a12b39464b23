package alert

import (
	"encoding/binary"
	"errors"
	"slices"
	"time"
)

// rollFrom is the number of first alerts from which an issue's alerts are
// written as a roll. Fewer are rows at once.
const rollFrom = 200

// roll is who is alerted by an issue, all for the first time, for the same
// reason and with the same time to act. What is true of all is said once, so
// 15,000 alerts are durable in one row of 60 kB, where a row each would hold the
// only writer for a twentieth of a second while everybody waits. The rows are
// written from it before their deliveries are; see unroll.
type roll struct {
	Issue   int64
	Why     string
	At, Due time.Time
	// Written is how many have their row of alert.
	Written int
	// Rows are all that were packed; of a stored roll, the next ones to be written.
	Rows []rolled
}

// rolled is what differs between the alerts of a roll.
type rolled struct {
	Org              int64
	Affected, Review int
	Addressed        bool
}

// rollEdition is the first byte of a roll's body.
const rollEdition = 1

var errRoll = errors.New("a stored roll of alerts cannot be read")

// pack writes the rows in the order of their organisations.
func (r *roll) pack() []byte {
	slices.SortFunc(r.Rows, func(a, b rolled) int { return int(a.Org - b.Org) })
	out := binary.AppendUvarint([]byte{rollEdition}, uint64(len(r.Rows)))
	last := int64(0)
	for _, x := range r.Rows {
		out = binary.AppendUvarint(out, uint64(x.Org-last))
		out = binary.AppendUvarint(out, uint64(x.Affected))
		out = binary.AppendUvarint(out, uint64(x.Review)<<1|uint64(flag(x.Addressed)))
		last = x.Org
	}
	return out
}

// unpack reads of what pack wrote the next n that are not written, and tells
// whether more follow them.
func (r *roll) unpack(body []byte, n int) (more bool, err error) {
	p := &packReader{b: body}
	if p.byte() != rollEdition {
		return false, errRoll
	}
	all := p.count()
	if r.Written > all {
		return false, errRoll
	}
	n = min(n, all-r.Written)
	r.Rows = make([]rolled, 0, n)
	last := int64(0)
	for i := range r.Written + n {
		x := rolled{Org: last + int64(p.uvarint()), Affected: int(p.uvarint())}
		review := p.uvarint()
		x.Review, x.Addressed = int(review>>1), review&1 != 0
		if last = x.Org; i >= r.Written {
			r.Rows = append(r.Rows, x)
		}
	}
	if p.bad {
		return false, errRoll
	}
	return r.Written+n < all, nil
}
