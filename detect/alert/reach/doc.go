// Package reach is how people are reached: what each wishes (at once or by digest,
// quiet hours, short messages), the periods of his digests, and the OpenPGP keys to
// which mail is encrypted, of people and of contacts without a login. What is
// mailed, and what it may carry, package alert decides.
//
// A period is closed once, in the transaction that takes up what waits for it: see
// period for when it ends. It owns alert_reach, alert_digest and alert_contact_key.
package reach
