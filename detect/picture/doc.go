// Package picture is the situational picture of the Union and of each Member
// State (action plan A14; NIS2 Art. 23(9) for the counts): what was reported,
// where, why, what it did to patients, and whether the clocks were kept.
//
// It hears IncidentReported and keeps one row for each report: words of the
// vocabulary, days, and pseudonyms made with a key that is not in the database.
// No name of a hospital or a person is in its tables. A fact that comes twice or
// late changes nothing: the newest sending is what a row says, and the event is
// written down in the same transaction.
//
// Who counts what: a response team sees its own country as it is. Everybody else
// sees the cover (cover.go), in which no figure and no difference of figures is
// about fewer than ten organisations, and which the country's own rule of sharing
// limits further (sharing.go). History from public sources is public and shown
// as it is, marked as such.
//
// It asks the alert room how many organisations alerts reached, and the catalogue
// of ransomware for the name of a family.
package picture
