// Package wkd asks a mail domain for the OpenPGP key of an address: Web Key
// Directory (draft-koch-openpgp-webkey-service, section 3.1). What comes back is
// somebody else's bytes: whoever asks reads and checks them.
package wkd

import (
	"context"
	"crypto/sha1"
	"encoding/base32"
	"errors"
	"io"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"ward/kit/fetch"
)

// ErrAddress says that a text is no address that could have a key.
var ErrAddress = errors.New("no mail address")

// zBase32 is the alphabet of Zooko's encoding, which the draft names.
var zBase32 = base32.NewEncoding("ybndrfg8ejkmcpqxot1uwisza345h769").WithPadding(base32.NoPadding)

// Hash names a key in a directory: of the part of its address before the "@".
func Hash(local string) string {
	sum := sha1.Sum([]byte(strings.ToLower(local))) //nolint:gosec // the draft names it; nothing is proved by it
	return zBase32.EncodeToString(sum[:])
}

// Addresses are where the key of an address may lie, in the order in which they
// are asked: the advanced way, then the direct one.
func Addresses(address string) ([]string, error) {
	local, domain, ok := strings.Cut(address, "@")
	host, err := idna.Lookup.ToASCII(strings.ToLower(domain))
	if !ok || err != nil || local == "" || !strings.Contains(host, ".") || strings.Contains(domain, "@") {
		return nil, ErrAddress
	}
	key := "/hu/" + Hash(local) + "?l=" + url.QueryEscape(local)
	return []string{"https://openpgpkey." + host + "/.well-known/openpgpkey/" + host + key, "https://" + host + "/.well-known/openpgpkey" + key}, nil
}

// wait is how long one of the two may take: a person waits for the answer.
const wait = 10 * time.Second

// Fetch gives the key of an address, at most limit bytes.
func Fetch(ctx context.Context, c *fetch.Client, address string, limit int64) ([]byte, error) {
	places, err := Addresses(address)
	if err != nil {
		return nil, err
	}
	var faults error
	for _, place := range places {
		data, err := get(ctx, c, place, limit)
		if err == nil {
			return data, nil
		}
		faults = errors.Join(faults, err)
	}
	return nil, faults
}

func get(ctx context.Context, c *fetch.Client, place string, limit int64) ([]byte, error) {
	res, err := c.Get(ctx, place, fetch.Options{HTTPSOnly: true, MaxBytes: limit, Timeout: wait})
	if err != nil {
		return nil, err
	}
	defer res.Body.Close() //nolint:errcheck // read to its end or given up
	return io.ReadAll(res.Body)
}
