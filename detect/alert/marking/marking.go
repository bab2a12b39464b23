// Package marking is the one rule of what leaves by which channel: page, mail, short
// message, webhook, feed. It decides by the marking (TLP 2.0) and by what the
// receiver's side is cleared for, and lets nothing through that it does not know.
package marking

import "ward"

// Channel is a way by which an alert reaches somebody.
type Channel string

// Channels of the house. The inbox is the alert's own page.
const (
	Inbox   Channel = "inbox"
	Mail    Channel = "mail"
	SMS     Channel = "sms"
	Webhook Channel = "webhook"
	// Feed is fetched by its reader: no delivery is written of it.
	Feed Channel = "feed"
)

// MailClearance is the narrowest marking whose text may leave by mail, which
// crosses servers that nobody here knows. Above it a mail carries the alert's
// number and a link, never content; and nothing at all of what the receiver's
// organisation may not read.
const MailClearance = ward.TLPGreen

// SMSClearance is that of short messages: what is public.
const SMSClearance = ward.TLPClear

// Carry is how much of an alert a channel may bring.
type Carry int8

// From nothing to everything; the zero value carries nothing.
const (
	Withhold Carry = iota
	LinkOnly       // number and link: no word of the marked content
	Content
)

// Of is the one rule for all channels: what may c bring of something marked
// t, when its receiver's side is cleared for clearance: what a webhook's owner
// set, of mail whether it is encrypted, of a feed what its maker set. A short message is read by everybody
// on its way: it says how bad what is public is, and else has number and link.
func Of(c Channel, t, clearance ward.TLP) Carry {
	switch c {
	case Inbox: // the page itself asks the policies
		return Content
	case Mail, Feed: // both cross machines that nobody here knows
		switch {
		case t.Within(clearance) && ForOrganisations(t):
			return Content
		case ForOrganisations(t):
			return LinkOnly
		}
	case SMS:
		switch {
		case t.Within(SMSClearance):
			return Content
		case ForOrganisations(t):
			return LinkOnly
		}
	case Webhook:
		if t.Within(clearance) && ForOrganisations(t) {
			return Content
		}
	}
	return Withhold
}

// ForOrganisations reports whether those who own an inventory may read something
// marked t. What they may not read makes issues of its own, so that a note among
// authorities never closes an alert that hospitals have open.
func ForOrganisations(t ward.TLP) bool { return t.Within(OrganisationClearance) }

// OrganisationClearance is what every member of a hospital may read (kit/auth).
const OrganisationClearance = ward.TLPAmber
