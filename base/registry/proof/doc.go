// Package proof keeps the Internet domains that organisations say are their own, and
// finds out whether one really is: its one form, and a token that is to be published
// in DNS or on its web server. A proof is looked for again and lapses. Who may add or
// see a domain is decided before. It owns registry_domain.
package proof
