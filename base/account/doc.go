// Package account lets people in and out: passwords with a second factor,
// passkeys, outside issuers (OpenID Connect), one-time links from an
// administrator, sessions, API tokens and hats. It keeps
// what signs people in and nothing else; who they are and what they may do it
// asks the registry at every request, so that a right that was taken is gone at
// once, on every replica.
//
// It serves NIS2 Art. 21(2)(i) and (j): access control and multi-factor
// authentication. Guessing is slowed down by counters in the database, alike for
// accounts that exist and that do not.
//
// Facts told: none. Facts heard: none. Questions asked: People and Hats.
package account
