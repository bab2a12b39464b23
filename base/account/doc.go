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
// Printed codes (data/breakglass.json) are for the night on which mail, directory
// and phones are gone. A sheet belongs to an organisation and names nobody: who
// is on duty then is not known when it is printed, and a code of a colleague who
// is away opens nothing. So the person is chosen after the code, among those who
// work there, and the gain of posing as another is taken away instead: whoever is
// chosen, such a session reads and answers alerts and changes no account, person
// or setting. Each use is audited under the name and told to all managers, who
// can revoke the sheet, and the response team of the country sees it.
//
// Facts told: BreakGlassUsed. Facts heard: none. Questions asked: People, Hats
// and Houses.
package account
