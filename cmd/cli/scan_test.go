package cli

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// put writes files into a folder and returns it.
func put(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func ward2(t *testing.T, in string, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = Main("test", args, strings.NewReader(in), &o, &e)
	return code, o.String(), e.String()
}

func packed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const scanList = "# HSC-2026-014\nevil[.]example\n203.0.113.5:443\nhxxp://bad.example/gate.php\n10.0.0.1\nnothing here\n"

func TestScanPrintsOneObjectForEachHit(t *testing.T) {
	dir := put(t, map[string]string{"list.txt": scanList, "logs/a.log": "x\nGET http://www.evil.example/\nnotevil.example\n", "logs/b.log.gz": packed(t, "one\n1.203.0.113.5\ndst=203.0.113.5\n")})
	list, logs := filepath.Join(dir, "list.txt"), filepath.Join(dir, "logs")
	for _, index := range []bool{false, true} {
		if index {
			if code, _, e := ward2(t, "", "indicators", "compile", list, "-o", filepath.Join(dir, "list.idx")); code != 0 {
				t.Fatalf("compile: %d %s", code, e)
			}
			list = filepath.Join(dir, "list.idx")
		}
		code, out, e := ward2(t, "", "scan", "--indicators", list, "--exit-code", logs)
		if code != exitFindings {
			t.Errorf("exit %d, want %d: %s", code, exitFindings, e)
		}
		var got []string
		for line := range strings.Lines(out) {
			var h struct {
				File, Indicator, Type, Source, Match string
				Line, Offset                         int64
			}
			if err := json.Unmarshal([]byte(line), &h); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			got = append(got, strings.Join([]string{filepath.Base(h.File), h.Type, h.Indicator, h.Source, h.Match}, " "))
			if h.Line < 1 || h.Line == 2 && h.Offset != 2 || h.Line == 3 && h.Offset != 18 {
				t.Errorf("line %d at offset %d", h.Line, h.Offset)
			}
		}
		want := "a.log domain evil.example list.txt www.evil.example|b.log.gz ipv4 203.0.113.5 list.txt 203.0.113.5"
		if all := strings.Join(got, "|"); all != want {
			t.Errorf("index %v: got %q, want %q", index, all, want)
		}
		if !strings.Contains(e, "2 files, 6 lines") {
			t.Errorf("the summary lacks what was read: %s", e)
		}
	}
}

func TestScanSaysWhatItCannotDo(t *testing.T) {
	dir := put(t, map[string]string{"list.txt": scanList, "a.log": "evil.example\n", "broken.gz": "\x1f\x8b\x08garbage", "prose.txt": "no indicator at all\n", "idx": "WARDIDX\nxxxx",
		"behind.gz": packed(t, "evil.example\n") + "garbage", "zeros.gz": packed(t, "evil.example\n") + "\x00\x00\x00" + packed(t, "x evil.example\n"), "none/inner/.keep": "",
		"v2.json": `{"schema":"ward.indicators/2","indicators":[]}`, "half.json": `{"type":"bundle","objects":[`})
	if err := os.Remove(filepath.Join(dir, "none/inner/.keep")); err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"nothing to look for": {[]string{"scan", at("a.log")}, exitUsage, "nothing to look for"},
		"no log":              {[]string{"scan", "--indicators", at("list.txt")}, exitUsage, "nothing is named: give a log"},
		"log is not there":    {[]string{"scan", "--indicators", at("list.txt"), at("gone")}, exitFailed, "gone"},
		"list is not there":   {[]string{"scan", "--indicators", at("gone"), at("a.log")}, exitFailed, "gone"},
		"list of prose":       {[]string{"scan", "--indicators", at("prose.txt"), at("a.log")}, exitFailed, "nothing in the lists is an indicator"},
		"broken index":        {[]string{"scan", "--indicators", at("idx"), at("a.log")}, exitFailed, "not an index"},
		"broken archive":      {[]string{"scan", "--indicators", at("list.txt"), at("broken.gz")}, exitPartly, "not looked at"},
		"format":              {[]string{"scan", "--indicators", at("list.txt"), "--format", "pdf", at("a.log")}, exitUsage, "text, json or html"},
		"memory":              {[]string{"scan", "--indicators", at("list.txt"), "--memory", "x", at("a.log")}, exitUsage, "number of bytes"},
		"fewer than none":     {[]string{"scan", "--indicators", at("list.txt"), "--workers", "-3", at("a.log")}, exitUsage, "--workers -3"},
		"one log twice":       {[]string{"scan", "--indicators", at("list.txt"), at("a.log"), at("none/../a.log")}, exitOK, "\n1 files, "},
		"the input twice":     {[]string{"scan", "--indicators", at("list.txt"), "-", "-"}, exitOK, "\n1 files, "},
		"bundle of tomorrow":  {[]string{"indicators", "check", at("v2.json")}, exitFailed, "nothing in the lists is an indicator: " + at("v2.json") + ": "},
		"half a bundle":       {[]string{"scan", "--indicators", at("half.json"), at("a.log")}, exitFailed, "nothing in the lists is an indicator: " + at("half.json") + ": "},
		"compile to a folder": {[]string{"indicators", "compile", at("list.txt"), "-o", at("none")}, exitFailed, at("none") + ": is a folder, and a file is wanted"},
		"little memory":       {[]string{"scan", "--indicators", at("list.txt"), "--memory", "1M", at("a.log")}, exitUsage, "8 MiB"},
		"since":               {[]string{"scan", "--indicators", at("list.txt"), "--since", "soon", at("a.log")}, exitUsage, "no day, time or span"},
		"since tomorrow":      {[]string{"scan", "--indicators", at("list.txt"), "--since", "2999-01-01", at("a.log")}, exitUsage, "lies ahead"},
		"folder without logs": {[]string{"scan", "--indicators", at("list.txt"), "--exit-code", at("none")}, exitPartly, "nothing was looked at"},
		"garbage behind":      {[]string{"scan", "--indicators", at("list.txt"), at("behind.gz")}, exitPartly, "1 hits\nnot looked at: " + at("behind.gz") + " from byte 13: damaged: all was read"},
		"zeros between":       {[]string{"scan", "--indicators", at("list.txt"), at("zeros.gz")}, exitOK, "2 lines, 28 B read: 2 hits"},
		"language":            {[]string{"scan", "--indicators", at("list.txt"), "--format", "html", "--lang", "xx", at("a.log")}, exitUsage, "language"},
		"found, not asked":    {[]string{"scan", "--indicators", at("list.txt"), at("a.log")}, exitOK, "1 hits"},
		"compile to nowhere":  {[]string{"indicators", "compile", at("list.txt"), "-o", at("no/where")}, exitFailed, at("no/where") + ": there is no such file or folder"},
		"check prose":         {[]string{"indicators", "check", at("prose.txt")}, exitFailed, "nothing in the lists"},
	} {
		if code, _, e := ward2(t, "", c.args...); code != c.code || !strings.Contains(e, c.says) {
			t.Errorf("%s: exit %d, want %d; says %q, want %q", name, code, c.code, e, c.says)
		}
	}
}

// TestScanThatNeverBeganKeepsNothing: a log that is not there leaves no file behind
// that would refuse the next scan, with the right name, as another one.
func TestScanThatNeverBeganKeepsNothing(t *testing.T) {
	dir := put(t, map[string]string{"list.txt": scanList, "a.log": "evil.example"})
	args := []string{"scan", "--indicators", filepath.Join(dir, "list.txt"), "--resume", filepath.Join(dir, "kept")}
	if code, _, e := ward2(t, "", append(args, filepath.Join(dir, "b.log"))...); code != exitFailed {
		t.Errorf("a log that is not there: exit %d, %s", code, e)
	}
	code, out, e := ward2(t, "", append(args, filepath.Join(dir, "a.log"))...)
	if code != exitOK || !strings.Contains(out, "evil.example") || !strings.Contains(e, "1 files, 1 lines, 12 B read: 1 hits") {
		t.Errorf("then: exit %d, %s%s", code, out, e)
	}
}

func TestScanReadsTheInputStreamAndWritesAReport(t *testing.T) {
	dir := put(t, map[string]string{"list.txt": scanList})
	code, out, e := ward2(t, "GET http://bad.example/gate.php?id=1\n", "scan", "--indicators", filepath.Join(dir, "list.txt"), "--format", "html", "--lang", "de", "-")
	if code != 0 || !strings.Contains(out, "hxxp://bad[.]example/gate[.]php") || !strings.Contains(out, `<html lang="de">`) {
		t.Errorf("exit %d: %s\n%.2000s", code, e, out)
	}
}

func TestScanRedactedKeepsNoLine(t *testing.T) {
	dir := put(t, map[string]string{"list.txt": scanList, "a.log": "user=Anna.Nowak host=evil.example\n"})
	_, out, _ := ward2(t, "", "scan", "--redact", "--indicators", filepath.Join(dir, "list.txt"), filepath.Join(dir, "a.log"))
	if !strings.Contains(out, "evil.example") || strings.Contains(out, "Nowak") {
		t.Errorf("got %s", out)
	}
}

func TestIndicatorsCheckExplains(t *testing.T) {
	dir := put(t, map[string]string{"list.txt": scanList + "evil.example\n", "warn/list.json": `{"name":"known","type":"hostname","list":["bad.example"]}`})
	code, out, e := ward2(t, "", "indicators", "check", "--json", filepath.Join(dir, "list.txt"), "--warning-lists", filepath.Join(dir, "warn"))
	var c check
	if err := json.Unmarshal([]byte(out), &c); err != nil || code != 0 {
		t.Fatalf("%d %v %s", code, err, e)
	}
	l := c.Lists[0]
	if c.Indicators != 3 || c.Duplicates != 1 || l.RefusedTotal != 2 || l.Refused[0].Line != 5 || l.Refused[1].Line != 6 || l.BenignTotal != 1 || l.Benign[0].List != "known" {
		t.Errorf("got %s", out)
	}
}

// TestScanNamesRulesWithoutID, and records that no rule was asked of.
func TestScanNamesRulesWithoutID(t *testing.T) {
	dir := put(t, map[string]string{"own.yml": "title: Own rule\nlogsource: {product: windows, category: process_creation}\ndetection: {s: {CommandLine|contains: evil}, condition: s}\nlevel: high\n",
		"a.json": "{\"Image\":\"D:\\\\x.exe\",\"CommandLine\":\"x evil\"}\n{\"some\":\"thing\"}\n"})
	code, out, e := ward2(t, "", "scan", "--rules", filepath.Join(dir, "own.yml"), "--format", "text", filepath.Join(dir, "a.json"))
	if code != 0 || !strings.Contains(out, "rule Own rule (high)") || !strings.Contains(e, "1 records are of no kind of log") {
		t.Errorf("%d %q %q", code, out, e)
	}
	if _, _, e = ward2(t, "", "scan", "--rules", filepath.Join(dir, "own.yml"), "--any-source", filepath.Join(dir, "a.json")); strings.Contains(e, "no kind of log") {
		t.Errorf("with --any-source: %q", e)
	}
}

// TestRedactedReportNamesNobody: nor do the paths of what was read and what was not.
func TestRedactedReportNamesNobody(t *testing.T) {
	dir := put(t, map[string]string{"list.txt": scanList, "home/anna/a.log": "host=evil.example\n", "home/anna/b.gz": "\x1f\x8b\x08damaged"})
	code, out, e := ward2(t, "", "scan", "--redact", "--format", "html", "--indicators", filepath.Join(dir, "list.txt"), filepath.Join(dir, "home", "anna"))
	if code != exitPartly || !strings.Contains(out, "b.gz") || strings.Contains(out, "anna") {
		t.Errorf("%d %s %.3000s", code, e, out)
	}
}
