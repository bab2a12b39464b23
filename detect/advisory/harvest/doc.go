// Package harvest asks the sources of advisories and of what is known of
// weaknesses: when each is due, by which schedule and lease, what of its listings
// is fetched already, which of its keys are trusted (CSAF 2.0 section 7; package
// provider speaks with a provider). What comes it hands to Intake, and it keeps
// why something could not be used. A run may be killed at any moment and goes on
// where it was.
package harvest
