// Package escalation is what happens while nobody acknowledges an alert: how soon a
// hospital must act, the ladder of whom the house tells by when, which each country
// may set, and whom its team calls in which order. It owns alert_ladder; where an
// alert stands on its ladder, and the list of calls, package alert keeps.
package escalation
