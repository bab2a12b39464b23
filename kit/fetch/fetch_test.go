package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

var ctx = context.Background()

// serve starts a server on this machine and gives a client that may reach it.
func serve(t *testing.T, cfg Config, h http.HandlerFunc) (*Client, string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	cfg.AllowLoopback = true
	return New(cfg), s.URL
}

func get(c *Client, address string, o Options) (string, *Response, error) {
	res, err := c.Get(ctx, address, o)
	if err != nil {
		return "", nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return string(b), res, err
}

func TestLoopbackIsRefusedByDefault(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	port := s.URL[strings.LastIndex(s.URL, ":"):]
	for _, address := range []string{s.URL, "http://localhost" + port, "http://[::1]" + port, "http://localhost", "http://2130706433" + port,
		"http://0x7f.1" + port, "http://127.1" + port} {
		if _, err := New(Config{}).Get(ctx, address, Options{}); err == nil ||
			!errors.Is(err, ErrForbiddenAddress) && !strings.Contains(err.Error(), "no such host") {
			t.Errorf("%s: got %v, want ErrForbiddenAddress", address, err)
		}
	}
}

func TestURLs(t *testing.T) {
	c := New(Config{})
	for _, tt := range []struct {
		address string
		o       Options
		want    error
	}{
		{"file:///etc/passwd", Options{}, ErrURL},
		{"gopher://x/", Options{}, ErrURL},
		{"//host/path", Options{}, ErrURL},
		{"http://", Options{}, ErrURL},
		{"http://user:secret@example.org/", Options{}, ErrURL},
		{"http://exa mple.org/", Options{}, ErrURL},
		{"http://example.org/%zz", Options{}, ErrURL},
		{"http://example.org/", Options{HTTPSOnly: true}, ErrNotHTTPS},
	} {
		_, err := c.Get(ctx, tt.address, tt.o)
		if !errors.Is(err, tt.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: got %v, want %v", tt.address, err, tt.want)
		}
	}
}

func TestRedirects(t *testing.T) {
	targets := map[string]string{
		"/metadata": "http://169.254.169.254/latest", "/private": "http://10.0.0.1/", "/ftp": "ftp://example.org/x",
		"/file": "file:///etc/passwd", "/user": "http://a:b@127.0.0.1/", "/loop": "/loop", "/port": "http://8.8.8.8:22/",
		"/5": "/4", "/4": "/3", "/3": "/2", "/2": "/1", "/1": "/end",
		"/6": "/5",
	}
	c, base := serve(t, Config{}, func(w http.ResponseWriter, r *http.Request) {
		if to, ok := targets[r.URL.Path]; ok {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		fmt.Fprint(w, "end")
	})
	for path, want := range map[string]error{"/metadata": ErrForbiddenAddress, "/private": ErrForbiddenAddress, "/ftp": ErrRedirect,
		"/file": ErrRedirect, "/user": ErrRedirect, "/loop": ErrRedirect, "/port": ErrForbiddenAddress, "/6": ErrRedirect, "/5": nil} {
		text, _, err := get(c, base+path+"?token=secret", Options{})
		if !errors.Is(err, want) || want == nil && text != "end" {
			t.Errorf("%s: got %q, %v, want %v", path, text, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error holds the query: %v", path, err)
		}
	}
	if _, err := c.Post(ctx, base+"/1", "text/plain", nil, Options{}); !errors.Is(err, ErrRedirect) {
		t.Errorf("a redirected post: got %v, want ErrRedirect", err)
	} else if s := (*StatusError)(nil); !errors.As(err, &s) || s.Status != 302 {
		t.Errorf("a redirected post does not say with which status: %v", err)
	}
}

func TestRedirectFromHTTPSToHTTP(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	s := httptest.NewTLSServer(http.RedirectHandler(plain.URL, http.StatusFound))
	defer s.Close()
	c := New(Config{AllowLoopback: true})
	c.http.Transport = s.Client().Transport // trusts the test server's certificate
	if _, err := c.Get(ctx, s.URL, Options{}); !errors.Is(err, ErrRedirect) {
		t.Errorf("got %v, want ErrRedirect", err)
	}
}

func TestHeadersStayWithTheirHost(t *testing.T) {
	var got http.Header
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Header.Clone() }))
	defer other.Close()
	var first http.Header
	c, base := serve(t, Config{Agent: "Ward/1 (+https://ward.example)"}, func(w http.ResponseWriter, r *http.Request) {
		first = r.Header.Clone()
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	})
	o := Options{Header: http.Header{"x-api-key": {"k"}, "Authorization": {"Bearer t"}, "Cookie": {"c=1"}}}
	if _, _, err := get(c, base, o); err != nil {
		t.Fatal(err)
	}
	if first.Get("X-Api-Key") != "k" || first.Get("User-Agent") != "Ward/1 (+https://ward.example)" {
		t.Errorf("first host: got %v", first)
	}
	for _, name := range []string{"X-Api-Key", "Authorization", "Cookie", "Referer"} {
		if v := got.Get(name); v != "" {
			t.Errorf("%s went on to another host: %q", name, v)
		}
	}
}

func TestConditional(t *testing.T) {
	c, base := serve(t, Config{}, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"v1"`)
		if r.Header.Get("If-None-Match") == `"v1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Last-Modified", "Mon, 04 May 2026 03:02:01 GMT")
		fmt.Fprint(w, "content")
	})
	text, res, err := get(c, base, Options{})
	if err != nil || text != "content" || res.ETag != `"v1"` || res.Modified == "" || res.NotModified {
		t.Fatalf("first: got %q, %+v, %v", text, res, err)
	}
	text, again, err := get(c, base, Options{ETag: res.ETag, Modified: res.Modified})
	if err != nil || text != "" || !again.NotModified || again.Modified != res.Modified {
		t.Errorf("second: got %q, %+v, %v", text, again, err)
	}
}

func TestStatus(t *testing.T) {
	c, base := serve(t, Config{}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	_, _, err := get(c, base, Options{})
	var s *StatusError
	if !errors.As(err, &s) || s.Status != 429 || s.RetryAfter != 2*time.Minute {
		t.Errorf("got %v", err)
	}
}

func zipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(b)
	z.Close()
	return out.Bytes()
}

func TestSizes(t *testing.T) {
	bodies := map[string]func(w http.ResponseWriter){
		"announced": func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "1001")
			_, _ = w.Write(make([]byte, 1001))
		},
		"streamed": func(w http.ResponseWriter) {
			for range 100 {
				_, _ = w.Write(make([]byte, 100))
				w.(http.Flusher).Flush()
			}
		},
		"bomb": func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(zipped(make([]byte, 300_000)))
		},
		"fits": func(w http.ResponseWriter) { _, _ = w.Write(make([]byte, 1000)) },
		"fits zipped": func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(zipped(make([]byte, 1000)))
		},
		"other": func(w http.ResponseWriter) { w.Header().Set("Content-Encoding", "br"); _, _ = w.Write([]byte("x")) },
		"no zip": func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write([]byte("not gzip at all"))
		},
	}
	c, base := serve(t, Config{}, func(w http.ResponseWriter, r *http.Request) { bodies[r.URL.Query().Get("b")](w) })
	for name, want := range map[string]error{"announced": ErrTooLarge, "streamed": ErrTooLarge, "bomb": ErrTooLarge,
		"fits": nil, "fits zipped": nil, "other": ErrEncoding, "no zip": ErrEncoding} {
		text, _, err := get(c, base+"?b="+strings.ReplaceAll(name, " ", "+"), Options{MaxBytes: 1000})
		if !errors.Is(err, want) || want == nil && len(text) != 1000 || len(text) > 1000 {
			t.Errorf("%s: got %d bytes, %v, want %v", name, len(text), err, want)
		}
	}
	if n := len(c.hosts.gates); n != 0 {
		t.Errorf("%d hosts are still held", n)
	}
}

func TestSlow(t *testing.T) {
	end := make(chan bool)
	c, base := serve(t, Config{HeaderTimeout: 50 * time.Millisecond}, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/trickle" {
			for range 100 {
				fmt.Fprint(w, "x")
				w.(http.Flusher).Flush()
				time.Sleep(5 * time.Millisecond)
			}
			return
		}
		<-end
	})
	defer close(end)
	if _, _, err := get(c, base+"/header", Options{}); !errors.Is(err, ErrTooSlow) {
		t.Errorf("no header: got %v, want ErrTooSlow", err)
	}
	if _, _, err := get(c, base+"/trickle", Options{Timeout: 60 * time.Millisecond}); !errors.Is(err, ErrTooSlow) {
		t.Errorf("trickle: got %v, want ErrTooSlow", err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := c.Get(cancelled, base, Options{}); !errors.Is(err, context.Canceled) || errors.Is(err, ErrTooSlow) {
		t.Errorf("cancelled: got %v, want context.Canceled", err)
	}
}

func TestPerHost(t *testing.T) {
	var now, most atomic.Int32
	c, base := serve(t, Config{PerHost: 2}, func(w http.ResponseWriter, _ *http.Request) {
		n := now.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(5 * time.Millisecond)
		now.Add(-1)
	})
	done := make(chan error)
	for range 10 {
		go func() { _, _, err := get(c, base, Options{}); done <- err }()
	}
	for range 10 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if most.Load() > 2 {
		t.Errorf("%d requests at a time, want at most 2", most.Load())
	}
}

// A slow host says that it is crowded long before everybody stands at its door.
func TestCrowded(t *testing.T) {
	open := make(chan struct{})
	c, base := serve(t, Config{PerHost: 2}, func(http.ResponseWriter, *http.Request) { <-open })
	if c.Crowded(base) {
		t.Error("crowded before anybody came")
	}
	done := make(chan error)
	came := 0
	for ; !c.Crowded(base) && came < 5000; came++ {
		go func() { _, _, err := get(c, base, Options{}); done <- err }()
		time.Sleep(time.Millisecond)
	}
	if came < 18 || came == 5000 || c.Crowded("http://127.0.0.9/") {
		t.Errorf("crowded with %d requests, want somewhat more than 2 within and 16 waiting", came)
	}
	close(open)
	for range came {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if c.Crowded(base) {
		t.Error("crowded after all have left")
	}
}

func TestPost(t *testing.T) {
	c, base := serve(t, Config{}, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %s %s", r.Method, r.Header.Get("Content-Type"), r.Header.Get("webhook-id"), b)
	})
	res, err := c.Post(ctx, base, "application/json", []byte("{}"), Options{Header: http.Header{"Webhook-Id": {"m1"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	if got, want := string(b), "POST application/json m1 {}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
