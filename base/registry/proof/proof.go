package proof

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"time"

	"ward/kit/fetch"
)

const (
	// Label begins the name whose TXT record holds the token (RFC 8552: a name
	// with an underscore is nobody's host).
	Label = "_ward-proof"
	// Path is where the token may be published instead (RFC 8615).
	Path = "/.well-known/ward-proof.txt"
	// patience is how long the outside may take to answer.
	patience = 10 * time.Second
)

// Outside is asked for proofs.
type Outside struct {
	TXT   func(ctx context.Context, name string) ([]string, error)
	Fetch *fetch.Client // nil: no file is looked for
	Log   *slog.Logger
}

// Find gives the way in which the token of a domain was found, dns or file; "" if
// it was not. id names the domain in the log.
func (o Outside) Find(ctx context.Context, id, domain, token string) string {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	records, err := o.TXT(ctx, Label+"."+domain)
	for _, r := range records {
		if strings.TrimSpace(r) == token {
			return "dns"
		}
	}
	if err != nil {
		o.Log.DebugContext(ctx, "no proof in DNS", slog.String("domain", id), slog.Any("error", err))
	}
	if o.Fetch == nil {
		return ""
	}
	found, err := o.file(ctx, domain, token)
	if err != nil {
		o.Log.DebugContext(ctx, "no proof in a file", slog.String("domain", id), slog.Any("error", err))
	}
	if found {
		return "file"
	}
	return ""
}

// file reads the file through the guarded client. It must be served by the
// domain itself: a redirect elsewhere proves control of elsewhere.
func (o Outside) file(ctx context.Context, domain, token string) (bool, error) {
	address := "https://" + domain + Path
	res, err := o.Fetch.Get(ctx, address, fetch.Options{HTTPSOnly: true, MaxBytes: 4 << 10, Timeout: patience})
	if err != nil {
		return false, err
	}
	defer res.Body.Close()
	if res.URL != address {
		return false, errors.New("the file is served by another address")
	}
	lines := bufio.NewScanner(io.LimitReader(res.Body, 4<<10))
	for lines.Scan() {
		if strings.TrimSpace(lines.Text()) == token {
			return true, nil
		}
	}
	return false, lines.Err()
}
