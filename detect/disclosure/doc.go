// Package disclosure takes in reports of weaknesses, from makers and from
// whoever found one, and coordinates them until the Centre's alert is out:
// NIS2 Art. 12(1) (coordinated disclosure, anonymous if the reporter wishes),
// CRA Art. 15 and the action plan's A18 (voluntary reporting by makers, also of
// devices that CRA Art. 2(2) leaves out).
//
// A case has two parts that are apart by construction. The summary is what may
// be published: product, CVE, impact, what helps, and how the reporter wishes to
// be thanked. The confidence is the rest: who reported, how the weakness is
// shown, messages, notes, files. It lies in other tables, sealed with a key that
// is not in the database, and needs the permission disclosure.private; each read
// of it is in the audit log. Publishable, the one answer that other rooms get,
// reads the summary's table alone.
//
// It hears BulletinDrafted and BulletinPublished (from the alerts that were
// begun from a case), tells no fact, and asks the registry for the analysts whom
// it reminds. Reporters follow their case by a secret link, which is kept hashed.
package disclosure
