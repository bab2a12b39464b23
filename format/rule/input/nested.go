package input

import (
	"slices"
	"time"

	"ward/format/problem"
	"ward/format/rule"
)

// enterprises adds up linked enterprises (wholly) or partner enterprises (by
// their share in per cent): Recommendation 2003/361/EC, Annex Art. 6(2) and (3).
func (r *reading) enterprises(n *node, byShare bool) {
	items := n.items
	if n.kind == kindObject {
		items = []*node{n}
	}
	var open []string // what nobody knows of one of them is not known of the group
	for _, item := range items {
		sums, share := map[string]int64{}, int64(100)
		for _, m := range item.members {
			k := rule.Plain(m.key)
			fact := ""
			if f := r.book.Spelled(k); f != nil {
				fact = f.ID
			}
			if slices.Contains(idle, k) || k == "relation" || k == "country" {
				continue
			}
			isShare := slices.Contains([]string{"share", "percent", "percentage", "holding"}, k)
			if !isShare && r.book.Fact("linked_"+fact) == nil {
				r.remarks.Add(r.place(m.at), "unknown-key", r.unknownKey(m.key))
				continue
			}
			if m.value.unknown() {
				if !isShare { // one that is not known counts wholly
					open = append(open, "linked_"+fact)
				}
				continue
			}
			v, err := wholeOf(m.value)
			if err != nil {
				r.fault(m.value, "value", "%q: %s", problem.Clip(m.key), err)
				continue
			}
			if isShare {
				share = min(100, v.(int64))
				continue
			}
			sums["linked_"+fact] = v.(int64)
		}
		if !byShare {
			share = 100
		}
		for id, v := range sums {
			before, answered := r.answers[id]
			sum, known := before.(int64)
			if answered && !known {
				continue
			}
			r.answers[id] = min(rule.MaxWhole, sum+v*share/100)
		}
	}
	for _, id := range open {
		r.answers[id] = nil
	}
}

// earlier reads incidents before this one.
func (r *reading) earlier(n *node) []rule.Earlier {
	if n.kind != kindArray {
		r.fault(n, "type", "a list [ … ] of earlier incidents is wanted here")
		return nil
	}
	var out []rule.Earlier
	for _, item := range n.items {
		var e rule.Earlier
		for _, m := range item.members {
			switch k := rule.Plain(m.key); {
			case slices.Contains([]string{"at", "date", "startedat", "detectedat", "awareat", "when"}, k):
				if v, err := r.time(m.value); err != nil {
					r.fault(m.value, "value", "%q: %s", problem.Clip(m.key), err)
				} else {
					e.At = v.(time.Time)
				}
			case slices.Contains([]string{"losseur", "loss", "amount"}, k):
				if m.value.unknown() {
					break
				}
				if v, err := wholeOf(m.value); err != nil {
					r.fault(m.value, "value", "%q: %s", problem.Clip(m.key), err)
				} else {
					loss := v.(int64)
					e.Loss = &loss
				}
			case slices.Contains([]string{"cause", "rootcause"}, k):
				e.Cause = m.value.words()
			case k == "samecause":
				v, _ := truthOf(m.value)
				e.SameCause = v == true
			case !slices.Contains(idle, k):
				r.remarks.Add(r.place(m.at), "unknown-key", r.unknownKey(m.key))
			}
		}
		if e.At.IsZero() {
			r.fault(item, "value", "an earlier incident needs its time")
			continue
		}
		out = append(out, e)
	}
	return out
}

// risk reads the three steps of GDPR Art. 33 and 34 from one word: unlikely, a
// risk, a high risk.
func (r *reading) risk(n *node) {
	set := func(unlikely, high any) {
		r.answers["risk_unlikely"], r.answers["high_risk"] = unlikely, high
	}
	switch rule.Plain(n.text) {
	case "unlikely", "none", "no", "low":
		set(true, false)
	case "risk", "likely", "yes", "medium":
		set(false, false)
	case "high", "highrisk":
		set(false, true)
	case "", "unknown", "null", "notyetknown", "dontknow":
		set(nil, nil)
	default:
		r.fault(n, "value", "risk: want unlikely, risk, high or unknown, not %s", n.shown())
	}
}

// size reads a size class of Recommendation 2003/361/EC, for whoever knows the
// class and not the figures.
func (r *reading) size(n *node) {
	set := func(medium, large any) { r.answers["medium_or_more"], r.answers["large"] = medium, large }
	switch rule.Plain(n.text) {
	case "micro", "small":
		set(false, false)
	case "medium", "mediumsized":
		set(true, false)
	case "large":
		set(true, true)
	case "", "unknown", "null":
	default:
		r.fault(n, "value", "size: want micro, small, medium or large, not %s", n.shown())
	}
}
