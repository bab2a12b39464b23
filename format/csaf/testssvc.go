package csaf

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"ward/format/problem/shape"
)

//go:embed rules/ssvc.txt
var ssvcRules string

// decisionPoint is one version of one decision point, see rules/ssvc.txt.
type decisionPoint struct {
	version string
	values  []string
	by      time.Time // a day on which it was out; zero if not known
}

// decisionPoints are the versions by namespace and key, oldest first.
var decisionPoints = sync.OnceValue(func() map[[2]string][]decisionPoint {
	out := map[[2]string][]decisionPoint{}
	for _, line := range shape.Lines(ssvcRules, "") {
		line, by, _ := strings.Cut(line, " by ")
		day, _ := time.Parse(time.DateOnly, by)
		if f := strings.Fields(line); len(f) > 3 {
			key := [2]string{f[0], f[1]}
			out[key] = append(out[key], decisionPoint{f[2], f[3:], day})
		}
	}
	return out
})

// The registered base namespaces of SSVC. Of supported ones the decision
// points are known here, of ssvc all; test and example are reserved for their
// purpose, where anything goes, and invalid is never registered.
var ssvcNamespaces = map[string]string{"ssvc": supported, "cvss": supported, "cisa": "registered", "basic": "registered", "nist": "registered",
	"test": reserved, "example": reserved}

const (
	supported = "supported"
	reserved  = "reserved"
)

// selection is one decision point that a document uses.
type selection struct {
	view
	namespace string // in full
	base      string // without extensions and fragment
	object    view   // the ssvc_v2 object around it
}

// standing, extended and names read the namespace of a selection: a registered
// base, and after a slash what somebody added to it.
func (n selection) standing() string { return ssvcNamespaces[n.base] }
func (n selection) extended() bool   { return strings.Contains(n.namespace, "/") }
func (n selection) names() string    { return n.base + " " + n.says("key") + " " + n.says("version") }

// ssvcObjects calls fn for every SSVC object of the document.
func (s *subject) ssvcObjects(fn func(vuln, object view)) {
	for _, v := range s.vulns {
		for _, m := range v.every("metrics") {
			if o := m.path("content", "ssvc_v2"); o.exists() {
				fn(v, o)
			}
		}
	}
}

// selections goes over the decision points of all SSVC objects.
func (s *subject) selections(fn func(selection)) {
	s.ssvcObjects(func(_, o view) {
		for _, sel := range o.every("selections") {
			full := sel.says("namespace")
			base, _, _ := strings.Cut(full, "/")
			base, _, _ = strings.Cut(base, "#")
			fn(selection{view: sel, namespace: full, base: base, object: o})
		}
	})
}

// ssvcValid is 6.1.46.
func ssvcValid(s *subject, tell say) {
	s.ssvcObjects(func(_, o view) { s.fits("ssvc", o, tell) })
}

// ssvcTargets is 6.1.47.
func ssvcTargets(s *subject, tell say) {
	s.ssvcObjects(func(v, o view) {
		own := map[string]bool{v.says("cve"): true}
		for _, id := range v.every("ids") {
			own[id.says("text")] = true
		}
		for _, target := range o.every("target_ids") {
			whole := target.text() == s.tracking("id").text() && len(s.vulns) > 1
			if !own[target.text()] || whole {
				tell(target, "no id of this vulnerability alone: "+target.text())
			}
		}
	})
}

// ssvcPoints is 6.1.48: point, version and values exist and are in order. An
// extension may leave values out but not add any, so that its base decides.
func ssvcPoints(s *subject, tell say) {
	s.selections(func(n selection) {
		if st := n.standing(); st == "" || st == reserved {
			return
		}
		known := decisionPoints()[[2]string{n.base, n.says("key")}]
		i := slices.IndexFunc(known, func(d decisionPoint) bool { return d.version == n.says("version") })
		switch {
		case i < 0 && n.base == "ssvc" || undefinedKey(n.base, n.says("key")):
			tell(n, "no decision point "+n.names())
			return
		case len(known) == 0:
			s.notRun(n, "the values of "+n.names()+" are not in the list")
			return
		case i < 0:
			s.notRun(n, "the version of "+n.names()+" is not in the list")
			i = len(known) - 1
		}
		last := -1
		for _, value := range n.every("values") {
			key := value.says("key")
			at := slices.Index(known[i].values, key)
			switch {
			case at < 0:
				tell(value, fmt.Sprintf("%s has no value %q", n.names(), key))
				return
			case at <= last:
				tell(n.get("values"), "not in the order of the definition")
				return
			}
			last = at
		}
	})
}

// cvssKeys are the metrics of CVSS 2.0 to 4.0 by their short names, the
// equivalence sets of 4.0 and the rating scale: no other keys are in cvss.
const cvssKeys = " AC AT AV Au C I A CDP CR IR AR E EQ1 EQ2 EQ3 EQ4 EQ5 EQ6 IB MAC MAT MAV MPR MS MUI MC MI MA MVC MVI MVA MSC MSI MSA PR " +
	"RC RE RL RS R S SF SC SI SA TD U UI V VD VC VI VA AU A CVSS "

// undefinedKey reports a key that the namespace surely has not; those of cvss
// may leave "not defined" out ("E_NoX").
func undefinedKey(namespace, key string) bool {
	return namespace == "cvss" && !strings.Contains(cvssKeys, " "+strings.TrimSuffix(key, "_NoX")+" ")
}

// ssvcUnknown is 6.2.34.
func ssvcUnknown(s *subject, tell say) {
	s.selections(func(n selection) {
		if st := n.standing(); st != supported && st != reserved {
			tell(n.get("namespace"), "not known: "+n.namespace)
		}
	})
}

// ssvcUnregistered is 6.2.35 and, for other labels than CLEAR, 6.3.14.
func ssvcUnregistered(clear bool) func(*subject, say) {
	return func(s *subject, tell say) {
		s.selections(func(n selection) {
			if s.clear() == clear && n.standing() == "" {
				tell(n.get("namespace"), "not registered: "+n.namespace)
			}
		})
	}
}

// ssvcExtended is 6.2.36 and, for other labels than CLEAR, 6.3.15.
func ssvcExtended(clear bool) func(*subject, say) {
	return func(s *subject, tell say) {
		s.selections(func(n selection) {
			if s.clear() == clear && n.extended() && n.standing() != reserved {
				tell(n.get("namespace"), "an extended namespace: "+n.namespace)
			}
		})
	}
}

// ssvcResource is 6.2.37: what is not registered as it stands, extensions
// included, has a resource whose summary names it.
func ssvcResource(s *subject, tell say) {
	s.selections(func(n selection) {
		if n.standing() == reserved || n.standing() != "" && !n.extended() {
			return
		}
		resources := n.object.get("decision_point_resources")
		if !slices.ContainsFunc(resources.list(), func(r view) bool { return strings.Contains(r.says("summary"), n.namespace) }) {
			tell(n.get("namespace"), "no resource names "+n.namespace)
		}
	})
}

// ssvcLatest is 6.3.13. When a version came out is known for few of them.
func ssvcLatest(s *subject, tell say) {
	s.selections(func(n selection) {
		stamp, ok := n.object.get("timestamp").time()
		known := decisionPoints()[[2]string{n.base, n.says("key")}]
		i := slices.IndexFunc(known, func(d decisionPoint) bool { return d.version == n.says("version") })
		if !ok || i < 0 || i == len(known)-1 {
			return
		}
		for _, newer := range known[i+1:] {
			if !newer.by.IsZero() && !stamp.Before(newer.by) {
				tell(n.get("version"), "version "+newer.version+" was out")
				return
			}
		}
		s.notRun(n.get("version"), "since when version "+known[len(known)-1].version+" is out is not in the list")
	})
}
