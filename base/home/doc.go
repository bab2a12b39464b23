// Package home is where everybody arrives: the first screen of each role, made
// of the cards that the services hand over, the first help without sign-in, and
// the operator's view of jobs and the audit log.
//
// It tells and hears no facts. It asks the job queue and the audit log.
package home
