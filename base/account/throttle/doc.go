// Package throttle slows guessing down, by counters in the database that all
// replicas share, alike for what exists and what does not. What is counted, and
// how much of it is free, says whoever makes a gate.
package throttle
