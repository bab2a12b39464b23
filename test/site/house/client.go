package house

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/kit/web"
)

// Client is one browser or program that asks the house.
type Client struct {
	t     testing.TB
	http  *http.Client
	base  string
	Token string // sent as bearer when set
}

// Visitor is a client that nobody signed in with. It follows no redirects.
func (h *House) Visitor() *Client {
	jar, _ := cookiejar.New(nil) // never fails
	return &Client{t: h.t, base: h.URL, http: &http.Client{Jar: jar, Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// As opens a new session of the person that the house has for a role.
func (h *House) As(r ward.Role) *Client {
	h.t.Helper()
	link, ok := h.links[r]
	if !ok {
		h.t.Fatalf("nobody is %s", r)
	}
	return h.Enter(link)
}

// Link is the way in of the person of a role.
func (h *House) Link(r ward.Role) string { return h.links[r] }

// Enter opens a session by a link.
func (h *House) Enter(link string) *Client {
	h.t.Helper()
	c := h.Visitor()
	a := c.Form(strings.TrimPrefix(link, h.URL), url.Values{})
	if a.Status != http.StatusSeeOther {
		h.t.Fatalf("come in by a link: %d %s", a.Status, a.Body)
	}
	return c
}

// Session is the secret of the client's session; empty for none.
func (c *Client) Session() string {
	u, err := url.Parse(c.base)
	if err != nil {
		return ""
	}
	for _, k := range c.http.Jar.Cookies(u) {
		if k.Name == web.SessionCookie {
			return k.Value
		}
	}
	return ""
}

// Answer is what came back; of a stream of events only the head.
type Answer struct {
	Status   int
	Location string
	Type     string
	Body     []byte
}

// Do sends one request. An empty kind sends no Content-Type.
func (c *Client) Do(method, path, kind string, body []byte) Answer {
	c.t.Helper()
	r, err := http.NewRequest(method, c.base+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if c.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.Token)
	}
	res, err := c.http.Do(r)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	a := Answer{Status: res.StatusCode, Location: res.Header.Get("Location"), Type: res.Header.Get("Content-Type")}
	if strings.HasPrefix(a.Type, "text/event-stream") {
		return a
	}
	if a.Body, err = io.ReadAll(res.Body); err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// Get asks for a page.
func (c *Client) Get(path string) Answer { c.t.Helper(); return c.Do("GET", path, "", nil) }

// Form posts a form as a browser does.
func (c *Client) Form(path string, v url.Values) Answer {
	c.t.Helper()
	return c.Do("POST", path, "application/x-www-form-urlencoded", []byte(v.Encode()))
}

// JSON sends in as JSON (nil sends nothing) and reads the answer into out.
func (c *Client) JSON(method, path string, in, out any) Answer {
	c.t.Helper()
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			c.t.Fatal(err)
		}
	}
	a := c.Do(method, path, "application/json", body)
	if out != nil && a.Status < 300 {
		if err := json.Unmarshal(a.Body, out); err != nil {
			c.t.Fatalf("%s %s: %v in %.300s", method, path, err, a.Body)
		}
	}
	return a
}

// MustJSON is JSON that ends the test on any refusal.
func (c *Client) MustJSON(method, path string, in, out any) {
	c.t.Helper()
	if a := c.JSON(method, path, in, out); a.Status >= 300 {
		c.t.Fatalf("%s %s: %d %.500s", method, path, a.Status, a.Body)
	}
}

// Upload sends bytes as they are and reads the answer into out.
func (c *Client) Upload(path string, body []byte, out any) {
	c.t.Helper()
	a := c.Do("POST", path, "application/octet-stream", body)
	if a.Status >= 300 {
		c.t.Fatalf("POST %s: %d %.500s", path, a.Status, a.Body)
	}
	if out != nil {
		if err := json.Unmarshal(a.Body, out); err != nil {
			c.t.Fatalf("POST %s: %v in %.300s", path, err, a.Body)
		}
	}
}
