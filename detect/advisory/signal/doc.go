// Package signal keeps what others say of single CVEs: catalogues of exploited
// weaknesses (KEV of CISA and of the EU), EPSS scores and CVE records. It knows
// no advisory: where what is known of a CVE changes, it asks Heads, in the same
// transaction, to bring those that name it up to that.
package signal
