package account

import (
	"crypto/subtle"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"ward"
)

// The second factor is TOTP (RFC 6238) as all authenticator apps know it: SHA-1,
// six digits, steps of 30 seconds.
const (
	totpPeriod = 30 * time.Second
	// totpSkew is how many steps a phone's clock may be off, RFC 6238 section 5.2
	// recommends one.
	totpSkew   = 1
	totpIssuer = "Ward"
)

// newTOTP gives 160 random bits in base32, the length of RFC 4226 section 4.
func newTOTP(account string) (string, error) {
	k, err := totp.Generate(totp.GenerateOpts{Issuer: totpIssuer, AccountName: account, SecretSize: 20})
	if err != nil {
		return "", err
	}
	return k.Secret(), nil
}

// totpURI is what an authenticator app reads.
func totpURI(secret, account string) string {
	q := url.Values{"secret": {secret}, "issuer": {totpIssuer}}
	return "otpauth://totp/" + url.PathEscape(totpIssuer+":"+account) + "?" + q.Encode()
}

// grouped writes a secret in groups of four, as it is typed from a screen.
func grouped(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// stepOf tells which time step a code belongs to, among those allowed now; ok
// is false for a wrong code. All are compared, whichever matches.
func stepOf(secret, code string, now time.Time) (step int64, ok bool) {
	code = strings.Map(dropBlank, code)
	at := now.Unix() / int64(totpPeriod/time.Second)
	for s := at - totpSkew; s <= at+totpSkew; s++ {
		want, err := hotp.GenerateCode(secret, uint64(s))
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

// dropBlank lets people type "123 456".
func dropBlank(r rune) rune {
	if r == ' ' || r == '\u00a0' || r == '-' {
		return -1
	}
	return r
}

func wrongCode() error { return ward.Fail(ward.Forbidden, "account.error.code").At("code") }
