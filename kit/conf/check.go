package conf

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// gateway takes an http or https address with any path; empty is none.
func gateway(to *string, v string) error {
	u, err := url.Parse(v)
	if v != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Fragment != "" || u.User != nil) {
		return fmt.Errorf("%q: want https://host/path", v)
	}
	*to = v
	return nil
}

// headers takes a list of "Name: value".
func headers(to *[]string, v string) error {
	var out []string
	for _, h := range list(v) {
		name, value, ok := strings.Cut(h, ":")
		if !ok || strings.TrimSpace(name) == "" || strings.TrimSpace(value) == "" || strings.ContainsAny(h, "\r\n\x00") {
			return fmt.Errorf("%q: want Name: value", h)
		}
		out = append(out, h)
	}
	*to = out
	return nil
}

// statuses takes a list of HTTP statuses that mean success.
func statuses(to *[]int, v string) error {
	var out []int
	for _, part := range list(v) {
		n, err := strconv.Atoi(part)
		if err != nil || n < 200 || n > 299 {
			return fmt.Errorf("%q: want statuses, 200 to 299", part)
		}
		out = append(out, n)
	}
	*to = out
	return nil
}
