package process

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"ward"
)

// Client is one signed-in person's program. It keeps its session over restarts.
type Client struct {
	base string
	http *http.Client
}

// Refused is an answer that is no success.
type Refused struct {
	Status int
	Body   string
}

// Error implements error.
func (r *Refused) Error() string { return fmt.Sprintf("%d %.300s", r.Status, r.Body) }

// As enters by the link of a role.
func (s *Server) As(ctx context.Context, r ward.Role) (*Client, error) {
	return s.Enter(ctx, strings.TrimPrefix(s.Links[r], s.URL))
}

// Enter opens a session by the path of a link.
func (s *Server) Enter(ctx context.Context, path string) (*Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	c := &Client{base: s.URL, http: &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 64},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	r, err := http.NewRequestWithContext(ctx, "POST", c.base+path, strings.NewReader(url.Values{}.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	_, err = c.do(r, http.StatusSeeOther)
	return c, err
}

// Get reads a page and gives its bytes.
func (c *Client) Get(ctx context.Context, path string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, "GET", c.base+path, nil)
	if err != nil {
		return nil, err
	}
	return c.do(r, http.StatusOK)
}

// Call sends in as JSON (nil sends nothing) and reads the answer into out (nil
// leaves it).
func (c *Client) Call(ctx context.Context, method, path string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := c.do(r, http.StatusOK)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer, out)
}

// do takes any success for the wanted one, as operations create or do.
func (c *Client) do(r *http.Request, want int) ([]byte, error) {
	res, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != want && res.StatusCode/100 != 2 {
		err = &Refused{res.StatusCode, string(body)}
	}
	return body, err
}
