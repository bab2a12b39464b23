package ward

// AlertsReached is how far alerts of a time got: sums over alerts, so that an
// organisation counts once for each alert of its own.
type AlertsReached struct {
	Alerts        int // real-world issues
	Organisations int // alerts of organisations
	Reached       int // a message was accepted, or somebody acted
	Acknowledged  int
}
