package csaf

import (
	"strings"

	"ward"
)

// Marking reads the Traffic Light label: the structured one, or "TLP:…" in the
// distribution's text. stated is false if there is none that can be read, and
// the label is then RED.
func (d *Document) Marking() (label ward.TLP, stated bool) {
	if t, ok := ward.ParseTLP(d.TLPLabel); ok {
		return t, true
	}
	if d.TLPLabel != "" {
		return ward.TLPRed, false
	}
	_, rest, found := strings.Cut(strings.ToUpper(d.DistributionText), "TLP:")
	if !found {
		return ward.TLPRed, false
	}
	rest = strings.TrimSpace(rest)
	end := strings.IndexFunc(rest, func(r rune) bool { return (r < 'A' || r > 'Z') && r != '+' })
	if end >= 0 {
		rest = rest[:end]
	}
	return ward.ParseTLP(rest)
}

// TLP is how far the document may go. CSAF 2.0 section 3.2.1.5.2 lets a
// document without label be WHITE; that is believed only where the
// distribution says nothing at all and the document came from a feed that
// everybody can read. Otherwise what is unmarked is RED.
func (d *Document) TLP(publicFeed bool) ward.TLP {
	label, stated := d.Marking()
	if !stated && publicFeed && d.TLPLabel == "" && d.DistributionText == "" {
		return ward.TLPClear
	}
	return label
}
