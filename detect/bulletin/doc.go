// Package bulletin is where the Centre writes its own alerts, HSC-YYYY-NNN: one
// text for three readers, an audience, a second person's word, and a time. From
// that one text come the CSAF document, the page, the mails and the feed.
//
// It serves the action plan's early warning (A15) after the layout of the CSIRTs
// network's advisories. It tells ward.BulletinPublished; the advisories take the
// document in and the alerts follow from there. It asks the registry whom an
// audience means, and, for the count in the editor, the inventory who holds the
// products. It answers Published (to the advisories) and Audience (to the
// alerts): neither does a check of rights, as nothing is shown by them.
//
// A number is given on the first submission, without gaps in a year. A published
// alert changes only by a further revision, which takes the same way; a
// withdrawal is one too. No person who wrote on a revision approves it: a policy
// says so, and the statement that moves the state says so again.
package bulletin
