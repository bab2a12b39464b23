// Package advisory takes in what makers and coordinators publish about
// weaknesses, and answers what it says of a product. It serves the early warning
// of the action plan and keeps CSAF 2.0's targets "management system" (section
// 9.1.12) and the document side of "asset matching system" (9.1.13).
//
// Told: ward.AdvisoryPublished for each revision that becomes the newest and for
// each change of the exploited mark; ward.DecisionMade. Heard: nothing.
//
// A deleted advisory is told as AdvisoryPublished too; its head, then withdrawn,
// is still answered.
//
// Answered for others: Claims, Concerning, Decisions, Heads, Advice,
// Fingerprints, Touched, each about newest revisions only; and Issued, Stock,
// Document, Parties for who passes documents on. These do no rights
// check: the asker shows nothing to anybody before it has checked itself, with
// the marking in ward.AdvisoryHead.
//
// Every revision is kept byte for byte. What matching needs of the newest one is
// derived into advisory_index and from there into memory (package claim).
package advisory
