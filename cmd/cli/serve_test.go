package cli

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"ward/test/site/house"
)

// TestMain lets this binary be the program itself, so that signals and start-up
// are those of a real process.
func TestMain(m *testing.M) {
	if os.Getenv("WARD_TEST_MAIN") == "1" {
		os.Exit(Main("test", os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// process is a running ward.
type process struct {
	cmd     *exec.Cmd
	out     *lines
	errOut  *bytes.Buffer
	address string
	started time.Time
}

// lines is output that may be read while it is written.
type lines struct {
	pipe io.ReadCloser
	text strings.Builder
}

// until reads until the text matches and gives the first group.
func (l *lines) until(t *testing.T, re string) string {
	t.Helper()
	buf := make([]byte, 4096)
	for {
		if m := regexp.MustCompile(re).FindStringSubmatch(l.text.String()); m != nil {
			return m[1]
		}
		n, err := l.pipe.Read(buf)
		l.text.Write(buf[:n])
		if err != nil {
			t.Fatalf("the program said only: %s", l.text.String())
		}
	}
}

func start(t *testing.T, args ...string) *process {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &process{address: l.Addr().String(), errOut: new(bytes.Buffer), started: time.Now()}
	l.Close()
	p.cmd = exec.Command(os.Args[0], append(args, "--listen", p.address, "--data", t.TempDir())...)
	p.cmd.Env = append(os.Environ(), "WARD_TEST_MAIN=1")
	p.cmd.Dir = t.TempDir() // no shared data beside it
	p.cmd.Stderr = p.errOut
	pipe, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.out = &lines{pipe: pipe}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.cmd.Process.Kill() //nolint:errcheck // it may have ended
		p.cmd.Wait()         //nolint:errcheck // as above
	})
	return p
}

// get waits until the house answers.
func (p *process) get(t *testing.T, path string) (int, string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		res, err := http.Get("http://" + p.address + path)
		if err == nil {
			defer res.Body.Close()
			b, _ := io.ReadAll(res.Body)
			return res.StatusCode, string(b)
		}
		if time.Now().After(end) {
			t.Fatalf("no answer: %v\n%s", err, p.errOut)
		}
	}
}

// TestFirstAccount: without --demo the house prints one link, and it leads the
// operator through the first account to an open house.
func TestFirstAccount(t *testing.T) {
	p := start(t, "serve")
	link := p.out.until(t, `(http://\S+/link/\S+)`)
	p.get(t, "/healthz")
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar}
	page := func(res *http.Response, err error) (string, string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		if res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s %.300s", res.Request.URL, res.Status, b)
		}
		return res.Request.URL.Path, string(b)
	}
	if _, text := page(c.Get(link)); !strings.Contains(text, `type="password"`) {
		t.Errorf("the link asks for no password: %.500s", text)
	}
	at, text := page(c.PostForm(link, url.Values{"password": {"nine yellow otters swim"}}))
	if at != "/setup" || !strings.Contains(text, "<form") {
		t.Errorf("the link leads to %s, want /setup", at)
	}
	at, _ = page(c.PostForm("http://"+p.address+"/setup", url.Values{"kind": {"authority"}, "name": {"Ministry of Health"}, "country": {"HR"},
		"person": {"Iva Horvat"}, "email": {"iva@ministry.example"}}))
	if at != "/setup/next" {
		t.Errorf("after the set-up at %s, want /setup/next", at)
	}
	if _, text = page(c.Get("http://" + p.address + "/")); !strings.Contains(text, "Ministry of Health") {
		t.Errorf("the first page does not name the house: %.500s", text)
	}
	fresh := &http.Client{}
	if at, _ = page(fresh.PostForm("http://"+p.address+"/signin", url.Values{"email": {"iva@ministry.example"}, "password": {"nine yellow otters swim"}})); at == "/signin" {
		t.Errorf("the new account does not open the house")
	}
}

// startLimit is what a first start may take (goal of the platform: 5 s). It is
// measured on a quiet machine; here it bounds a busy one.
const startLimit = 5 * time.Second

// TestDemonstration: links at once, the first page before the data are in.
func TestDemonstration(t *testing.T) {
	var p *process
	took := time.Hour
	for try := 0; try < 3 && took > startLimit; try++ { // others use the machine: once in time is enough
		p = start(t, "serve", "--demo")
		p.out.until(t, `(hospital_manager +http\S+/link/\S+)`)
		if code, _ := p.get(t, "/"); code != http.StatusOK {
			t.Errorf("first page: %d", code)
		}
		took = time.Since(p.started)
		t.Logf("from start to first page: %v", took.Round(10*time.Millisecond))
	}
	if took > startLimit {
		t.Errorf("first page after %v, want at most %v", took, startLimit)
	}
	for _, role := range []string{"centre_analyst", "operator", "csirt_analyst"} {
		if !strings.Contains(p.out.text.String(), role) {
			t.Errorf("no link for %s in %s", role, p.out.text.String())
		}
	}
	for path, want := range map[string]string{"/healthz": "ok", "/readyz": "ready", "/metrics": "ward_http_requests_total"} {
		if code, text := p.get(t, path); code != http.StatusOK || !strings.Contains(text, want) {
			t.Errorf("%s: %d, without %q", path, code, want)
		}
	}
}

// TestDrain: a request under way when the house is told to stop is answered.
func TestDrain(t *testing.T) {
	p := start(t, "serve")
	p.get(t, "/readyz")
	c, err := net.Dial("tcp", p.address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, "POST /signin HTTP/1.1\r\nHost: "+p.address+"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	// The request has begun when its body is asked for (RFC 9110, section 10.1.1).
	const begun = "HTTP/1.1 100 Continue\r\n\r\n"
	asked := make([]byte, len(begun))
	if _, err := io.ReadFull(c, asked); err != nil || string(asked) != begun {
		t.Fatalf("before the body: %q, %v", asked, err)
	}
	if _, err := io.WriteString(c, "email="); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) { // new callers are refused
		other, err := net.Dial("tcp", p.address)
		if err != nil {
			break
		}
		other.Close()
		if time.Now().After(end) {
			t.Fatal("it still takes new requests after SIGTERM")
		}
	}
	if _, err := io.WriteString(c, "nobody"); err != nil {
		t.Fatal(err)
	}
	head := make([]byte, 12)
	if _, err := io.ReadFull(c, head); err != nil || string(head) != "HTTP/1.1 422" {
		t.Errorf("the request under way got %q, %v", head, err)
	}
	c.Close()
	done := make(chan error, 1)
	go func() { done <- p.cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("it ended with %v, want code 0\n%s", err, p.errOut)
		}
	case <-time.After(time.Minute):
		t.Error("it does not end after SIGTERM")
	}
}

// TestInterrupted: a long piece of work ends at Ctrl-C with code 130.
func TestInterrupted(t *testing.T) {
	dir := t.TempDir()
	doc, err := os.ReadFile("testdata/advisory.json")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4000 {
		if err := os.WriteFile(filepath.Join(dir, strings.Repeat("a", 1+i%50)+time.Duration(i).String()+".json"), doc, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(os.Args[0], "check", dir)
	cmd.Env = append(os.Environ(), "WARD_TEST_MAIN=1")
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(pipe, make([]byte, 200)); err != nil { // it has begun
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, pipe) //nolint:errcheck // only to let it write
	cmd.Wait()                   //nolint:errcheck // its code is looked at
	if got := cmd.ProcessState.ExitCode(); got != exitInterrupted {
		t.Errorf("got code %d, want %d", got, exitInterrupted)
	}
}

// TestAuditVerify: a good log fits, a changed entry is named.
func TestAuditVerify(t *testing.T) {
	p := start(t, "serve", "--demo")
	p.out.until(t, `(hospital_manager +http\S+)`)
	p.get(t, "/")
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.cmd.Wait() //nolint:errcheck // TestDrain looks at it
	data := p.cmd.Args[len(p.cmd.Args)-1]
	code, out, errOut := run("audit", "verify", "--data", data, "--json")
	if code != exitOK || !strings.Contains(out, `"ok": true`) {
		t.Fatalf("good log: code %d\n%s%s", code, out, errOut)
	}
	house.Alter(t, house.DatabaseIn(data), `UPDATE audit_entry SET name = 'Somebody else' WHERE seq = 2`)
	code, out, errOut = run("audit", "verify", "--data", data)
	if code != exitFailed || !strings.Contains(errOut, "entry 2") {
		t.Errorf("changed log: code %d, want %d and the entry's number\n%s%s", code, exitFailed, out, errOut)
	}
	if code, _, _ = run("audit", "verify", "--data", data, filepath.Join(data, "absent")); code != exitFailed {
		t.Errorf("checkpoint that is not there: code %d", code)
	}
}
