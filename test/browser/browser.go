// Package browser drives a real Chromium over pages of ours and holds the
// checks that every page must pass: accessibility, reflow, target sizes, no
// foreign host, no policy error, size on the wire, with and without scripts.
//
// Where Chromium is missing a test is left out (see test/leave). Pictures go to
// build/shots.
package browser

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/launcher"
	"github.com/go-rod/rod/lib/proto"

	"ward/test/leave"
)

// pageTimeout bounds one page's checks, on two busy cores.
const pageTimeout = 3 * time.Minute

// Browser is a running Chromium with a profile of its own.
type Browser struct {
	t   testing.TB
	rod *rod.Browser
}

// Open starts Chromium and ends it with the test.
func Open(t testing.TB) *Browser {
	t.Helper()
	bin := binary()
	if bin == "" {
		leave.Out(t, "chromium is absent: pages were not looked at")
	}
	l := launcher.New().Bin(bin).Headless(true).NoSandbox(true).Leakless(false).UserDataDir(t.TempDir())
	for _, flag := range []string{"disable-gpu", "disable-background-networking", "disable-component-update", "disable-sync",
		"disable-quic", "no-first-run", "hide-scrollbars", "disable-dev-shm-usage"} {
		l.Set(launcherFlag(flag))
	}
	address, err := l.Launch()
	if err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	b := rod.New().ControlURL(address)
	if err := b.Connect(); err != nil {
		l.Kill()
		t.Fatalf("connect to chromium: %v", err)
	}
	t.Cleanup(func() {
		b.Close()
		l.Kill()
		l.Cleanup()
	})
	return &Browser{t: t, rod: b}
}

// binary finds Chromium by WARD_CHROMIUM or in the usual places.
func binary() string {
	for _, name := range []string{os.Getenv("WARD_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if name == "" {
			continue
		}
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	return ""
}

// Page is a tab with an empty profile at one width. What it saw since Goto is in
// its fields; read them after the checks.
type Page struct {
	*rod.Page
	t     testing.TB
	mu    sync.Mutex
	home  string   // host of the last Goto
	log   []string // policy errors, script errors
	away  []string // requests to other hosts
	bytes float64
	// loaded gets every load event. It comes with scripts off, too, where
	// rod's own WaitLoad waits for an answer of a script.
	loaded chan struct{}
}

// Page opens a tab of width CSS pixels (844 high below 600, else 900).
func (b *Browser) Page(width int) *Page {
	b.t.Helper()
	incognito, err := b.rod.Incognito()
	if err != nil {
		b.t.Fatalf("profile: %v", err)
	}
	raw, err := incognito.Page(proto.TargetCreateTarget{URL: "about:blank"})
	if err != nil {
		b.t.Fatalf("tab: %v", err)
	}
	p := &Page{Page: raw.Timeout(pageTimeout), t: b.t, loaded: make(chan struct{}, 1)}
	p.resize(width)
	for _, enable := range []proto.Request{proto.NetworkEnable{}, proto.LogEnable{}, proto.RuntimeEnable{}, proto.PageEnable{}} {
		if _, err := p.Call(p.GetContext(), string(p.SessionID), enable.ProtoReq(), enable); err != nil {
			b.t.Fatalf("%s: %v", enable.ProtoReq(), err)
		}
	}
	go p.EachEvent(p.onRequest, p.onFinished, p.onLog, p.onException, p.onLoad)()
	b.t.Cleanup(func() { _ = raw.Close() })
	return p
}

func (p *Page) resize(width int) {
	height := 900
	if width < 600 {
		height = 844
	}
	err := p.SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 600})
	if err != nil {
		p.t.Fatalf("viewport %d: %v", width, err)
	}
}

func (p *Page) onRequest(e *proto.NetworkRequestWillBeSent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	own := strings.HasPrefix(e.Request.URL, p.home) || strings.HasPrefix(e.Request.URL, "about:")
	if !own && !strings.HasPrefix(e.Request.URL, "data:") { // data: are the browser's own pictures in date fields
		p.away = append(p.away, e.Request.URL)
	}
}

func (p *Page) onFinished(e *proto.NetworkLoadingFinished) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bytes += e.EncodedDataLength
}

func (p *Page) onLoad(*proto.PageLoadEventFired) {
	select {
	case p.loaded <- struct{}{}:
	default:
	}
}

// onLog keeps errors, among them every breach of the Content-Security-Policy.
// The status of the document itself (422, 404) is not one.
func (p *Page) onLog(e *proto.LogEntryAdded) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e.Entry.Level == proto.LogLogEntryLevelError && !strings.HasPrefix(e.Entry.Text, "Failed to load resource") {
		p.log = append(p.log, e.Entry.Text)
	}
}

func (p *Page) onException(e *proto.RuntimeExceptionThrown) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log = append(p.log, "script: "+e.ExceptionDetails.Text)
}

// ScriptsOff switches scripts off for what is opened from now on.
func (p *Page) ScriptsOff() {
	if err := (proto.EmulationSetScriptExecutionDisabled{Value: true}).Call(p); err != nil {
		p.t.Fatalf("scripts off: %v", err)
	}
}

// Goto opens url, waits until it is loaded and starts the counts afresh.
func (p *Page) Goto(url string) {
	p.t.Helper()
	p.mu.Lock()
	p.log, p.away, p.bytes = nil, nil, 0
	scheme, rest, _ := strings.Cut(url, "://")
	host, _, _ := strings.Cut(rest, "/")
	p.home = scheme + "://" + host
	p.mu.Unlock()
	select {
	case <-p.loaded: // of about:blank
	default:
	}
	if err := p.Navigate(url); err != nil {
		p.t.Fatalf("open %s: %v", url, err)
	}
	select {
	case <-p.loaded:
	case <-time.After(pageTimeout):
		p.t.Fatalf("load %s: no load event in %v", url, pageTimeout)
	}
}
