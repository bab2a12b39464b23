// Package subscription is who may fetch alerts without signing in: the private
// addresses of feeds, for readers and calendars, each with the clearance of what may
// leave by it. What an address brings, package alert says and package feed writes.
//
// A person's feed ends with the role in which it was made; an organisation's stays
// when who made it leaves. It owns alert_feed.
package subscription
