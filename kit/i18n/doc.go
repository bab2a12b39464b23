// Package i18n turns message keys into words, and numbers and times into the
// reader's form. English is the source; a message that a language lacks is
// shown in English and says so, so that the page can mark it with lang="en".
//
// Messages live with the service that shows them, in text/active.xx.toml, with
// stable keys ("alert.list.title") and named placeholders:
//
//	[alert.list]
//	title = "Alerts"
//	greeting = "Hello {{.name}}"
//	[alert.list.found]
//	description = "Above the list; count is the number of alerts"
//	one = "{{.count}} alert"
//	other = "{{.count}} alerts"
//
// A language is read on its first use (about 20 ms for 2,000 messages) and kept.
//
// The language of a page comes from ?lang=, then the cookie "lang", then
// Accept-Language, then English. There is no language in the path: a link that
// one colleague sends to another opens in the reader's own language, routes
// stay one table, and signed-in pages are of no use to a search engine. The
// switch is a plain POST form, so a prefetching browser cannot change it.
package i18n
