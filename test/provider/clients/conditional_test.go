package clients_test

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/test/site/house"
)

// reply is an answer with its head.
type reply struct {
	status int
	head   http.Header
	body   string
}

// ask sends one request; who is a bearer token, "" for a visitor.
func ask(t *testing.T, method, url, who string, head map[string]string) reply {
	t.Helper()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+who)
	}
	for k, v := range head {
		r.Header.Set(k, v)
	}
	client := http.Client{Timeout: time.Minute, Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var from io.Reader = res.Body
	if res.Header.Get("Content-Encoding") == "gzip" {
		if from, err = gzip.NewReader(res.Body); err != nil {
			t.Fatal(err)
		}
	}
	body, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, string(body)}
}

// conditions is RFC 9110 section 13 as a table. TAG, STRONG, CHANGED, BEFORE and
// AFTER stand for the file's own tag, the tag without its mark of weakness, the
// time of its change, a second before and one after.
var conditions = []struct {
	name string
	head map[string]string
	want int
}{
	{"its tag", map[string]string{"If-None-Match": "TAG"}, 304},
	{"its tag, compared weakly", map[string]string{"If-None-Match": "STRONG"}, 304},
	{"its tag among others", map[string]string{"If-None-Match": `"a", TAG, W/"b"`}, 304},
	{"any tag", map[string]string{"If-None-Match": "*"}, 304},
	{"its tag, compressed", map[string]string{"If-None-Match": "TAG", "Accept-Encoding": "gzip"}, 304},
	{"another tag", map[string]string{"If-None-Match": `W/"other"`}, 200},
	{"another tag and a time that would do", map[string]string{"If-None-Match": `"other"`, "If-Modified-Since": "CHANGED"}, 200},
	{"its tag and a time that would not do", map[string]string{"If-None-Match": "TAG", "If-Modified-Since": "BEFORE"}, 304},
	{"not modified since its change", map[string]string{"If-Modified-Since": "CHANGED"}, 304},
	{"not modified since later", map[string]string{"If-Modified-Since": "AFTER"}, 304},
	{"modified since before", map[string]string{"If-Modified-Since": "BEFORE"}, 200},
	{"no time at all", map[string]string{"If-Modified-Since": "yesterday"}, 200},
	{"if there is one", map[string]string{"If-Match": "*"}, 200},
	{"if it is this one, which a weak tag cannot say", map[string]string{"If-Match": "TAG"}, 412},
	{"if it is another", map[string]string{"If-Match": `"other"`}, 412},
	{"if it is another, known already", map[string]string{"If-Match": `"other"`, "If-None-Match": "TAG"}, 412},
	{"if unmodified since its change", map[string]string{"If-Unmodified-Since": "CHANGED"}, 200},
	{"if unmodified since before", map[string]string{"If-Unmodified-Since": "BEFORE"}, 412},
	{"a tag comes before a time", map[string]string{"If-Match": "*", "If-Unmodified-Since": "BEFORE"}, 200},
	{"unmodified, and known already", map[string]string{"If-Unmodified-Since": "CHANGED", "If-None-Match": "TAG"}, 304},
	{"a part", map[string]string{"Range": "bytes=0-3"}, 200},
	{"a part of this one", map[string]string{"Range": "bytes=0-3", "If-Range": "TAG"}, 200},
}

// TestConditionalAnswers asks for every kind of file that the provider serves, as
// a visitor and with credentials, by GET and HEAD, under every condition.
func TestConditionalAnswers(t *testing.T) {
	h := house.Open(t, house.Config{})
	for _, label := range []string{"WHITE", "AMBER"} {
		if err := h.App.Issue(context.Background(), label, house.OwnDocument("HSC "+label+"/1", label, "1")); err != nil {
			t.Fatal(err)
		}
	}
	h.Settle()
	var token struct{ Secret string }
	h.As(ward.RoleManager).MustJSON("POST", "/api/v1/me/tokens", map[string]any{"name": "csaf", "days": 1, "scopes": []string{"advisory.read"}}, &token)
	const open, own, marked = "public, max-age=60", "no-cache", "private, no-cache"
	root := h.URL + "/.well-known/csaf/"
	meta := ask(t, "GET", root+"provider-metadata.json", "", nil).body
	_, key, found := strings.Cut(meta, "/openpgp/")
	key, _, _ = strings.Cut(key, `"`)
	if !found {
		t.Fatalf("the metadata names no key: %s", meta)
	}
	type file struct{ path, who, cache string }
	files := []file{{"provider-metadata.json", "", own}, {"service.json", "", own}, {"openpgp/" + key, "", open},
		{"provider-metadata.json", token.Secret, marked}, {"service.json", token.Secret, marked}}
	for _, name := range []string{"", "csaf-feed-tlp-LABEL.json", "category-LABEL.json", "index.txt", "changes.csv", "2025/", "2025/hsc_LABEL_1.json",
		"2025/hsc_LABEL_1.json.sha256", "2025/hsc_LABEL_1.json.sha512", "2025/hsc_LABEL_1.json.asc"} {
		for label, f := range map[string]file{"white": {"", "", open}, "amber": {"", token.Secret, marked}} {
			files = append(files, file{label + "/" + strings.ReplaceAll(name, "LABEL", label), f.who, f.cache})
		}
	}
	for _, f := range files {
		name := f.path
		if f.who != "" {
			name += " with credentials"
		}
		t.Run(name, func(t *testing.T) { conditionally(t, root+f.path, f.who, f.cache) })
	}
	t.Run("without credentials a condition tells nothing", func(t *testing.T) {
		for _, path := range []string{"amber/2025/hsc_amber_1.json", "amber/2025/none.json", "amber/index.txt"} {
			for _, head := range []map[string]string{{"If-None-Match": "*"}, {"If-Match": "*"}, {"If-Match": `"x"`}, nil} {
				got := ask(t, "GET", root+path, "", head)
				if got.status != http.StatusUnauthorized || got.head.Get("ETag")+got.head.Get("Last-Modified") != "" || got.head.Get("Cache-Control") != "no-store" {
					t.Errorf("%s %v: got %d %v", path, head, got.status, got.head)
				}
			}
		}
		if got := ask(t, "GET", root+"white/2025/none.json", "", map[string]string{"If-Match": `"x"`}); got.status != http.StatusNotFound {
			t.Errorf("what is not there: got %d, want 404", got.status)
		}
	})
}

func conditionally(t *testing.T, url, who, cache string) {
	whole := ask(t, "GET", url, who, nil)
	// The list of an aggregator has no time: what is mirrored no more leaves none.
	untimed := strings.HasSuffix(url, "/aggregator.json")
	for until := time.Now().Add(time.Minute); !untimed && whole.head.Get("Last-Modified") == "" && time.Now().Before(until); { // it changed just now
		time.Sleep(100 * time.Millisecond)
		whole = ask(t, "GET", url, who, nil)
	}
	tag, stamp := whole.head.Get("ETag"), whole.head.Get("Last-Modified")
	at, err := http.ParseTime(stamp)
	if untimed && stamp == "" {
		at, err = time.Now().UTC(), nil
	}
	if whole.status != http.StatusOK || whole.body == "" || !strings.HasPrefix(tag, `W/"`) || err != nil || whole.head.Get("Content-Type") == "" {
		t.Fatalf("got %d, ETag %q, Last-Modified %q, %v", whole.status, tag, stamp, whole.head)
	}
	if got := whole.head.Get("Cache-Control"); got != cache {
		t.Errorf("Cache-Control: got %q, want %q", got, cache)
	}
	vary := strings.Join(whole.head.Values("Vary"), ", ")
	if personal := cache != "public, max-age=60"; strings.Contains(vary, "Authorization") != personal || strings.Contains(vary, "Cookie") != personal {
		t.Errorf("Vary: got %q", vary)
	}
	if everybody := whole.head.Get("Access-Control-Allow-Origin") == "*"; everybody == strings.HasPrefix(cache, "private") {
		t.Errorf("pages of others may read it: %t", everybody)
	}
	words := strings.NewReplacer("TAG", tag, "STRONG", strings.TrimPrefix(tag, "W/"), "CHANGED", at.Format(http.TimeFormat),
		"BEFORE", at.Add(-time.Second).Format(http.TimeFormat), "AFTER", at.Add(time.Second).Format(http.TimeFormat))
	for _, method := range []string{"GET", "HEAD"} {
		for _, tt := range append(conditions, conditions[0]) {
			head := map[string]string{}
			for k, v := range tt.head {
				head[k] = words.Replace(v)
			}
			want := tt.want
			if untimed && tt.head["If-Match"]+tt.head["If-None-Match"] == "" {
				want = http.StatusOK // RFC 9110, sections 13.1.3 and 13.1.4: without a time there is no such condition
			}
			got := ask(t, method, url, who, head)
			if got.status != want {
				t.Errorf("%s, %s: got %d, want %d", method, tt.name, got.status, want)
				continue
			}
			if method == "HEAD" && got.body != "" {
				t.Errorf("HEAD, %s: a body of %d bytes", tt.name, len(got.body))
			}
			switch got.status {
			case http.StatusOK:
				if method == "GET" && got.body != whole.body {
					t.Errorf("%s: got another body, of %d bytes", tt.name, len(got.body))
				}
				if got.head.Get("Content-Type") != whole.head.Get("Content-Type") || got.head.Get("Content-Range") != "" || got.head.Get("Accept-Ranges") != "none" {
					t.Errorf("%s, %s: got %v", method, tt.name, got.head)
				}
			case http.StatusNotModified:
				if got.body != "" || got.head.Get("Content-Type") != "" || got.head.Get("Content-Length") != "" {
					t.Errorf("%s, %s: 304 with a body or what describes one: %v", method, tt.name, got.head)
				}
			case http.StatusPreconditionFailed:
				continue // kept by nobody
			}
			if got.head.Get("ETag") != tag || got.head.Get("Last-Modified") != stamp || got.head.Get("Cache-Control") != cache {
				t.Errorf("%s, %s: got %v, want the tag, time and caching of the file", method, tt.name, got.head)
			}
		}
	}
}
