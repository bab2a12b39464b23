package audit

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"ward"
	"ward/kit/db"
)

// FaultKind is in which way the log is not what was written.
type FaultKind string

// The kinds of faults.
const (
	Changed    FaultKind = "changed"    // an entry is not the one that was hashed
	Missing    FaultKind = "missing"    // an entry is gone
	Added      FaultKind = "added"      // an entry was never counted
	Reordered  FaultKind = "reordered"  // an entry stands in another's place
	Rewritten  FaultKind = "rewritten"  // entries and hashes agree, but not with a signed checkpoint
	Tree       FaultKind = "tree"       // an inner hash is not what follows from the entries
	Unsigned   FaultKind = "unsigned"   // a checkpoint has no signature that is trusted
	Unreadable FaultKind = "unreadable" // the head of the log is gone
)

// Fault is the first place that does not fit.
type Fault struct {
	Kind FaultKind
	Seq  int64  // the entry; for Rewritten the first one that can be it
	Text string // evidence in English, for the command line
}

// Report is the result of Verify.
type Report struct {
	Size int64     // entries that the log says it has
	Root tlog.Hash // root computed from the entries, up to the first fault
	// Anchored is how many entries the newest fitting checkpoint covers. Later
	// entries fit together but are vouched for by nobody yet.
	Anchored int64
	Fault    *Fault // nil when everything fits
}

// stride is how many entries are read at a time: short reads, bounded memory.
const stride = 1000

// Verify computes everything again from the entries and compares it with the
// stored hashes, with the stored checkpoints and with those given, which come
// from outside the house; each text may hold several. The error says that the
// log could not be read; what is wrong with it is Report.Fault.
func (l *Log) Verify(ctx context.Context, outside ...string) (Report, error) {
	v := &verification{log: l}
	if err := v.run(ctx, outside); err != nil {
		return v.report, ward.Wrap("verify audit log", err)
	}
	return v.report, nil
}

// verification is one run: the right edge of the tree over the entries so far.
type verification struct {
	log    *Log
	report Report
	size   int64        // entries hashed so far
	edge   []edge       // complete subtrees, largest first
	points []checkpoint // by size
}

// edge is a complete subtree of 2^level entries at the right side of the tree.
type edge struct {
	level int
	hash  tlog.Hash
}

// fault keeps the first one: what follows a break is only its echo.
func (v *verification) fault(kind FaultKind, seq int64, format string, args ...any) {
	if v.report.Fault == nil {
		v.report.Fault = &Fault{kind, seq, fmt.Sprintf(format, args...)}
	}
}

// run goes from the first entry to the last that the head counted at the start;
// what is appended meanwhile is for the next run.
func (v *verification) run(ctx context.Context, outside []string) error {
	before, err := v.begin(ctx, outside)
	if err != nil {
		return err
	}
	v.report.Size = max(before.size, 0)
	v.pass()
	for v.size < before.size && v.report.Fault == nil {
		if err := v.stride(ctx, before.size); err != nil {
			return err
		}
	}
	v.report.Root = v.root()
	if v.report.Fault != nil {
		return nil
	}
	if len(v.points) > 0 {
		v.fault(Missing, before.size+1, "a checkpoint covers %d entries, the log has %d", v.points[0].size, before.size)
		return nil
	}
	return v.log.db.Read(ctx, func(tx *db.Tx) error {
		after, err := readExtent(ctx, tx)
		v.edges(after)
		return err
	})
}

// begin reads the checkpoints and the extent.
func (v *verification) begin(ctx context.Context, outside []string) (extent, error) {
	var e extent
	var notes []string
	err := v.log.db.Read(ctx, func(tx *db.Tx) (err error) {
		if e, err = readExtent(ctx, tx); err != nil {
			return err
		}
		notes, err = checkpointNotes(ctx, tx)
		return err
	})
	for _, text := range outside {
		notes = append(notes, Notes(text)...)
	}
	for _, n := range notes {
		c, err := v.log.open(n)
		if err != nil {
			v.fault(Unsigned, 0, "a checkpoint cannot be trusted: %v", err)
			continue
		}
		v.points = append(v.points, c)
	}
	slices.SortStableFunc(v.points, func(a, b checkpoint) int { return cmp.Compare(a.size, b.size) })
	if e.size < 0 {
		v.fault(Unreadable, 0, "the head of the log is gone")
	}
	return e, err
}

// edges looks for rows outside of what was counted.
func (v *verification) edges(e extent) {
	switch {
	case e.low < 1 && e.end != 0:
		v.fault(Added, e.low, "entry %d stands before the first", e.low)
	case e.end > e.size:
		v.fault(Added, e.size+1, "entry %d stands behind the last of %d", e.end, e.size)
	case e.hashes != tlog.StoredHashCount(max(e.size, 0)):
		v.fault(Tree, 0, "%d hashes are stored, %d belong to %d entries", e.hashes, tlog.StoredHashCount(max(e.size, 0)), e.size)
	}
}

// stride checks the next entries.
func (v *verification) stride(ctx context.Context, size int64) error {
	from, to := v.size+1, min(v.size+stride, size)
	var leaves []leaf
	var stored map[int64]tlog.Hash
	err := v.log.db.Read(ctx, func(tx *db.Tx) (err error) {
		if leaves, err = leavesBetween(ctx, tx, from, to); err != nil {
			return err
		}
		stored, err = hashesBetween(ctx, tx, tlog.StoredHashCount(from-1), tlog.StoredHashCount(to)-1)
		return err
	})
	if err != nil {
		return err
	}
	for seq := from; seq <= to && v.report.Fault == nil; seq++ {
		i := int(seq - from)
		if i >= len(leaves) || leaves[i].Seq != seq {
			v.fault(Missing, seq, "entry %d of %d is gone", seq, size)
			return nil
		}
		if err := v.entry(ctx, leaves[i], stored); err != nil {
			return err
		}
	}
	return nil
}

// entry hashes one leaf, compares it and all subtrees that it completes, and
// then the root with the checkpoints of that size.
func (v *verification) entry(ctx context.Context, f leaf, stored map[int64]tlog.Hash) error {
	h := tlog.RecordHash(f.data())
	position := tlog.StoredHashCount(v.size)
	if stored[position] != h {
		return v.misfit(ctx, f)
	}
	v.size++
	level := 0
	for len(v.edge) > 0 && v.edge[len(v.edge)-1].level == level {
		h = tlog.NodeHash(v.edge[len(v.edge)-1].hash, h)
		v.edge = v.edge[:len(v.edge)-1]
		level, position = level+1, position+1
		if stored[position] != h {
			v.fault(Tree, f.Seq, "inner hash %d, which entry %d completes, does not follow from the entries", position, f.Seq)
		}
	}
	v.edge = append(v.edge, edge{level, h})
	v.pass()
	return nil
}

// pass compares the checkpoints of the present size and is done with them.
func (v *verification) pass() {
	for len(v.points) > 0 && v.points[0].size == v.size {
		c := v.points[0]
		v.points = v.points[1:]
		if root := v.root(); c.root != root {
			v.fault(Rewritten, v.report.Anchored+1, "the %d entries have the root %s, a checkpoint of %s says %s: "+
				"an entry after %d is not the one that was signed", c.size, root, c.origin, c.root, v.report.Anchored)
			return
		}
		v.report.Anchored = c.size
	}
}

// root folds the edge from the right.
func (v *verification) root() tlog.Hash {
	if len(v.edge) == 0 {
		empty, err := tlog.TreeHash(0, nil)
		if err != nil {
			return tlog.Hash{}
		}
		return empty
	}
	h := v.edge[len(v.edge)-1].hash
	for i := len(v.edge) - 2; i >= 0; i-- {
		h = tlog.NodeHash(v.edge[i].hash, h)
	}
	return h
}

// misfit tells a changed entry from one that was written in another place.
func (v *verification) misfit(ctx context.Context, f leaf) error {
	here := f.Seq
	for from := int64(1); from <= v.report.Size; from += stride {
		var stored map[int64]tlog.Hash
		to := min(from+stride-1, v.report.Size)
		err := v.log.db.Read(ctx, func(tx *db.Tx) (err error) {
			stored, err = hashesBetween(ctx, tx, tlog.StoredHashCount(from-1), tlog.StoredHashCount(to)-1)
			return err
		})
		if err != nil {
			return err
		}
		for f.Seq = from; f.Seq <= to; f.Seq++ {
			if h := tlog.RecordHash(f.data()); stored[tlog.StoredHashCount(f.Seq-1)] == h {
				v.fault(Reordered, here, "entry %d was written as entry %d", here, f.Seq)
				return nil
			}
		}
	}
	v.fault(Changed, here, "entry %d, or its hash, is not what was written", here)
	return nil
}
