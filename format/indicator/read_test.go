package indicator

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"ward/test/shared"
)

// read gives "type value" of each indicator, with "=" before what is exact, and
// "line: reason" of each refusal.
func read(t testing.TB, text string, o Options) (got, refused []string, r *Report, err error) {
	t.Helper()
	r, err = Read("list", strings.NewReader(text), o, func(i Indicator) error {
		mark := ""
		if i.Exact {
			mark = "="
		}
		if len(i.All) > 0 {
			mark = fmt.Sprintf("all of %d ", len(i.All))
		}
		got = append(got, mark+i.Type.String()+" "+i.Value)
		return nil
	})
	for _, x := range r.Refused {
		refused = append(refused, fmt.Sprintf("%d: %s", x.Line, x.Reason))
	}
	return got, refused, r, err
}

func TestTextLists(t *testing.T) {
	for line, want := range map[string]string{
		"evil[.]example":                                 "domain evil.example",
		"EVIL(dot)Example":                               "domain evil.example",
		"evil.example   # comment":                       "domain evil.example",
		"# evil.example":                                 "",
		"// evil.example":                                "",
		"*.evil.example":                                 "domain evil.example",
		"bücher.example":                                 "domain xn--bcher-kva.example",
		"evil.example:8443":                              "domain evil.example",
		"1.2.3.4\t10":                                    "ipv4 1.2.3.4",
		"1[.]2[.]3[.]4":                                  "ipv4 1.2.3.4",
		"1.2.3.4:443":                                    "ipv4 1.2.3.4",
		"1.2.3.77/24 scanner":                            "cidr 1.2.3.0/24",
		"1.2.3.4/32":                                     "ipv4 1.2.3.4",
		"1.2.3.3 - 1.2.3.10":                             "ipv4 1.2.3.3|cidr 1.2.3.4/30|cidr 1.2.3.8/31|ipv4 1.2.3.10",
		"1[.]2[.]3[.]0-1[.]2[.]3[.]255":                  "cidr 1.2.3.0/24",
		"2001:db8::1-2001:db8::2":                        "ipv6 2001:db8::1|ipv6 2001:db8::2",
		"255.255.255.254-255.255.255.255":                "1: " + errPrivate.Error(),
		"1.2.3.9-1.2.3.4":                                "1: not a domain name",
		"2001:DB8::0:1":                                  "ipv6 2001:db8::1",
		"[2001:db8::1]:443":                              "ipv6 2001:db8::1",
		"::ffff:1.2.3.4":                                 "ipv4 1.2.3.4",
		"hxxps://Evil[.]example:443/Gate.php#x":          "url https://evil.example/Gate.php",
		"hxxp://evil.example":                            "url http://evil.example/",
		"evil.example/gate.php":                          "url evil.example/gate.php",
		"http[:]//1.2.3.4:80/x":                          "url http://1.2.3.4/x",
		"me[at]evil[.]example":                           "email me@evil.example",
		"D41D8CD98F00B204E9800998ECF8427E invoice.doc":   "md5 d41d8cd98f00b204e9800998ecf8427e",
		"- 1.2.3[.]4 port 443 - evil[.]example - GET /x": "ipv4 1.2.3.4|domain evil.example",
		"hosts, support.example and others":              "1: no indicator in it",
		"0.0.0.0 evil.example":                           "domain evil.example",
		"||evil.example^":                                "domain evil.example",
		"Domain,evil[.]example,":                         "domain evil.example",
		"SHA1: da39a3ee5e6b4b0d3255bfef95601890afd80709": "sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709",
		`C:\Windows\Temp\evil.exe`:                       "filename c:/windows/temp/evil.exe",
		`C:\Users\[user]\AppData\evil tool.exe`:          "filename /appdata/evil tool.exe",
		"dropper.exe":                                    "filename dropper.exe",
		"co.uk":                                          "1: " + errSuffix.Error(),
		"10.1.2.3":                                       "1: " + errPrivate.Error(),
		"http://192.168.1.1/x":                           "1: " + errPrivate.Error(),
		"1.0.0.0/4":                                      "1: " + errBroad.Error(),
		"/cgi-bin/x.cgi":                                 "1: " + errPath.Error(),
		"\ufeffevil.example\r":                           "domain evil.example",
		"evil\u200b.example":                             "domain evil.example",
		"1.2.3.400":                                      "1: not a domain name",
		"localhost":                                      "1: not a domain name",
		"a..example":                                     "1: not a domain name",
		"http://[2001:db8::1]/x":                         "1: URLs with an IPv6 address are not looked for",
		strings.Repeat("a", 70<<10):                      "1: the line is longer than 64 KiB",
		"http://evil.example/" + strings.Repeat("a", 3000): "1: not a URL with a host",
	} {
		got, refused, _, err := read(t, line, Options{})
		if all := strings.Join(append(got, refused...), "|"); all != want || err != nil {
			t.Errorf("%.60q: %q, %v; want %q", line, all, err, want)
		}
	}
}

func TestPrivateOnlyWhenAsked(t *testing.T) {
	got, _, _, _ := read(t, "10.1.2.3\nfe80::1\n192.168.0.0/16", Options{Private: true})
	if want := []string{"ipv4 10.1.2.3", "ipv6 fe80::1", "cidr 192.168.0.0/16"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEncodings(t *testing.T) {
	text := "bücher.example\r\nevil.example"
	wide := func(big bool) string {
		var b bytes.Buffer
		for _, u := range utf16.Encode([]rune("\ufeff" + text)) {
			if big {
				b.Write([]byte{byte(u >> 8), byte(u)})
			} else {
				b.Write([]byte{byte(u), byte(u >> 8)})
			}
		}
		return b.String()
	}
	for name, s := range map[string]string{"UTF-8": text, "mark": "\ufeff" + text, "Latin-1": strings.ReplaceAll(text, "ü", "\xfc"), "UTF-16LE": wide(false), "UTF-16BE": wide(true)} {
		got, refused, _, err := read(t, s, Options{})
		if want := []string{"domain xn--bcher-kva.example", "domain evil.example"}; !slices.Equal(got, want) || err != nil {
			t.Errorf("%s: %q, refused %q, %v; want %q", name, got, refused, err, want)
		}
	}
}

func TestTables(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"value and type": {"\ufeffvalue,entity_type,description\nevil.example,hostname,\"a, b\"\n1.2.3.4,ipaddress,\nD41D8CD98F00B204E9800998ECF8427E,file,x\n",
			"domain evil.example|ipv4 1.2.3.4|md5 d41d8cd98f00b204e9800998ecf8427e"},
		"typed columns":        {"SHA256;C2\n" + strings.Repeat("a", 64) + ";1.2.3.4:80\n", "sha256 " + strings.Repeat("a", 64) + "|ipv4 1.2.3.4"},
		"quote not closed":     {"value,type\n\"evil.example,domain\ngood.example,domain\n", "1 refused"},
		"line in a cell":       {"value,note,type\nevil.example,\"one\ntwo\",domain\nbad.example,,domain\n", "domain evil.example|domain bad.example"},
		"url column":           {"url,date\nhxxp://evil.example/a,2020-01-01\n", "url http://evil.example/a"},
		"doubled quotes":       {"value,note\nevil.example,\"say \"\"x\"\"\"\n", "domain evil.example"},
		"not of the type":      {"value,type\n1.2.3.4,md5\nnothing,domain\n", "ipv4 1.2.3.4|1 refused"},
		"file name by type":    {"indicator,type\nreport.zip,filename\n", "filename report.zip"},
		"ends and addresses":   {"First seen;Source IP;C2 domains\n2026-01-02;1.2.3.4;evil.example\n", "ipv4 1.2.3.4|domain evil.example"},
		"where a list is from": {"Source URL,Malicious IPv4 address\nhttp://good.example/,1.2.3.4\n", "ipv4 1.2.3.4"},
		"names of ECS":         {"source.ip,file.hash.sha256\n1.2.3.4," + strings.Repeat("A", 64) + "\n", "ipv4 1.2.3.4|sha256 " + strings.Repeat("a", 64)},
		"German":               {"Typ;Wert;Kommentar\nIP-Adresse;1.2.3.4;x\nDomain;evil.example;y\n", "ipv4 1.2.3.4|domain evil.example"},
		"MISP's table":         {"uuid,category,type,value,comment,to_ids\na,x,ip-dst|port,1.2.3.4|443,,1\nb,x,filename|md5,a.exe|" + strings.Repeat("b", 32) + ",,1\nc,x,domain,good.example,,0\n", "ipv4 1.2.3.4|md5 " + strings.Repeat("b", 32) + "|1 refused"},
		"a path with a dot":    {"type,value\nfilename,C:\\Users\\.ssh\\evil[.]exe\n", "filename c:/users/.ssh/evil.exe"},
		"header in a comment": {"# abuse.example feed\n# \"first_seen_utc\",\"ioc_value\",\"ioc_type\",\"tags\"\n\"2026-01-02\", \"1.2.3.4:443\", \"ip:port\", \"a,b\"\n\"2026-01-02\", \"evil.example\", \"domain\", \"c\"\n",
			"ipv4 1.2.3.4|domain evil.example"},
		"header below a title": {"Report HSC-2026-014\nIndicators, as of today\nDate,Domain,Remark\n2026-01-02,evil.example,x\n", "domain evil.example|2 refused"},
		"tables of a page": {"# Report\n\nDomains of the group\n\n| Domain | Seen |\n| --- | --- |\n| evil.example | 2026 |\n\n| MD5 | File |\n| --- | --- |\n| " + strings.Repeat("a", 32) + " | x |\n",
			"domain evil.example|md5 " + strings.Repeat("a", 32) + "|3 refused"},
		"prose with commas":  {"Domains, IPs and more:\nevil.example # x\n1.2.3.4\n", "domain evil.example|ipv4 1.2.3.4|1 refused"},
		"no header, no type": {"2018-03-10 12:33:52,d41d8cd98f00b204e9800998ecf8427e\n", "md5 d41d8cd98f00b204e9800998ecf8427e"},
	} {
		got, refused, _, err := read(t, c.text, Options{})
		if len(refused) > 0 {
			got = append(got, fmt.Sprintf("%d refused", len(refused)))
		}
		if all := strings.Join(got, "|"); all != c.want || err != nil {
			t.Errorf("%s: %q (refused %q), %v; want %q", name, all, refused, err, c.want)
		}
	}
}

func TestSTIXPatterns(t *testing.T) {
	a, b := strings.Repeat("a", 32), strings.Repeat("b", 64)
	for text, want := range map[string]string{
		`[ipv4-addr:value = '1.2.3.4']`:                                                              "ipv4 1.2.3.4",
		`[ ipv4-addr:value = '1.2.3.4' ] `:                                                           "ipv4 1.2.3.4",
		`[ipv4-addr:value ISSUBSET '1.2.3.0/24']`:                                                    "cidr 1.2.3.0/24",
		`[domain-name:value = 'Evil.example']`:                                                       "=domain evil.example",
		`[domain-name:value IN ('a.example','b.example')]`:                                           "=domain a.example|=domain b.example",
		`[url:value = 'http://evil.example/a' OR domain-name:value = 'evil.example']`:                "=url http://evil.example/a|=domain evil.example",
		`[ipv4-addr:value = '1.2.3.4'] OR [ipv4-addr:value = '1.2.3.5']`:                             "ipv4 1.2.3.4|ipv4 1.2.3.5",
		`[file:hashes.MD5 = '` + a + `' AND file:hashes.'SHA-256' = '` + b + `' AND file:name='x']`:  "0: file:name \"x\": " + errNoFile.Error(),
		`[file:hashes.MD5 = '` + a + `' AND file:hashes.'SHA-256' = '` + b + `']`:                    "md5 " + a + "|sha256 " + b,
		`[domain-name:value = 'a.example' AND domain-name:resolves_to_refs[*].value = '1.2.3.4']`:    "all of 2 domain [domain-name:value = 'a.example' AND domain-name:resolves_to_refs[*].value = '1.2.3.4']",
		`[(ipv4-addr:value = '1.2.3.4' OR ipv4-addr:value = '1.2.3.5') AND url:value MATCHES 'x']`:   "0: url:value MATCHES is not looked for in logs|0: url:value MATCHES is not looked for in logs",
		`[ipv4-addr:value = '1.2.3.4'] AND [ipv4-addr:value = '1.2.3.5']`:                            "0: " + errTwo.Error(),
		`[ipv4-addr:value = '1.2.3.4'] REPEATS 3 TIMES`:                                              "0: " + errQualifier.Error(),
		`[ipv4-addr:value != '1.2.3.4']`:                                                             "0: ipv4-addr:value != is not looked for in logs",
		`[file:name = 'it\'s.exe']`:                                                                  `filename it's.exe`,
		`[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '1.2.3.4']`: "ipv4 1.2.3.4",
		`[network-traffic:dst_ref.type = 'ipv4-addr']`:                                               "0: it names a kind of thing and no thing",
		`[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_port = 443]`:            "0: network-traffic:dst_port is not looked for in logs",
		`[mutex:name = 'x']`:            "0: mutex:name is not looked for in logs",
		`[ipv4-addr:value = `:           "0: " + errPattern.Error(),
		strings.Repeat("(", 5000):       "0: " + errPattern.Error(),
		`[` + strings.Repeat("(", 5000): "0: " + errPattern.Error(),
	} {
		quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text)
		doc := `{"type":"bundle","objects":[{"type":"indicator","id":"indicator--1","pattern":"` + quoted + `"},{"type":"malware","name":"x"}]}`
		got, refused, r, err := read(t, doc, Options{})
		if all := strings.Join(append(got, refused...), "|"); all != want || err != nil || r.Format != "stix" {
			t.Errorf("%.80s: %q, %v; want %q", text, all, err, want)
		}
	}
}

func TestOtherDocuments(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"misp": {`{"response":[{"Event":{"info":"x","Attribute":[{"type":"domain","value":"evil.example","to_ids":true},{"type":"hostname","value":"h.evil.example","to_ids":true},
			{"type":"ip-dst|port","value":"1.2.3.4|80","to_ids":true},{"type":"link","value":"http://good.example/","to_ids":false},{"type":"ssdeep","value":"x","to_ids":true}],
			"Object":[{"name":"file","Attribute":[{"type":"filename|md5","value":"a.exe|d41d8cd98f00b204e9800998ecf8427e","to_ids":true}]}]}}]}`,
			"domain evil.example|=domain h.evil.example|ipv4 1.2.3.4|md5 d41d8cd98f00b204e9800998ecf8427e|0: not marked for detection (to_ids)|0: attributes of type ssdeep are not looked for in logs"},
		"single object": {`{"type":"indicator","id":"indicator--1","pattern":"[ipv4-addr:value = '1.2.3.4']"}`, "ipv4 1.2.3.4"},
		"revoked":       {`{"objects":[{"type":"indicator","id":"indicator--1","revoked":true,"pattern":"[ipv4-addr:value = '1.2.3.4']"}]}`, "0: revoked by its author"},
		"other language": {`{"objects":[{"type":"indicator","id":"indicator--1","pattern_type":"yara","pattern":"rule x"}]}`,
			"0: a pattern of the language yara"},
		"ward": {`{"schema":"ward.indicators/1","name":"HSC","indicators":[{"type":"domain","value":"evil.example","match":"below"},{"type":"domain","value":"a.example"},
			{"type":"ipv4","value":"x"},{"type":"ipv4","value":"1.2.3.4","match":"below"},{"type":"new","value":"x"},{"type":"ipv4","value":"1.2.3.4","more":1}]}`,
			"domain evil.example|=domain a.example|3: not an address|4: match is \"exact\", or \"below\" for domains and URLs|5: a type that this release does not know|6: "},
	} {
		got, refused, _, err := read(t, c.text, Options{})
		if all := strings.Join(append(got, refused...), "|"); err != nil || !strings.HasPrefix(all, c.want) || c.want == "" {
			t.Errorf("%s: %q, %v; want %q", name, all, err, c.want)
		}
	}
	for name, text := range map[string]string{"schema": `{"schema":"ward.indicators/9","indicators":[]}`, "field": `{"schema":"ward.indicators/1","extra":1}`,
		"JSON": `{"a":[1,2]}`, "a list of JSON": `[ {"a":[1,2]}]`, "binary": "\x7fELF\x00\x00\x01\x02abc", "warning list": `{"list":["a"],"name":"x"}`} {
		if _, _, _, err := read(t, text, Options{}); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v, want ErrFormat", name, err)
		}
	}
	got, _, _, err := read(t, `{"Event":{"Attribute":[{"type":"domain","value":"evil.example","to_ids":true},{"type":"dom`, Options{})
	if len(got) != 1 || err == nil {
		t.Errorf("cut off: %q, %v; want what came before, and an error", got, err)
	}
}

// TestExpiredIsSaid: an indicator that holds no longer is looked for, as logs may be older,
// and its hits say until when it held.
func TestExpiredIsSaid(t *testing.T) {
	const object = `{"type":"indicator","id":"indicator--1","pattern":"[ipv4-addr:value = '203.0.113.1']","valid_until":"2025-01-02T00:00:00Z"}`
	for _, text := range []string{object, `{"type":"bundle","objects":[` + object + `]}`} {
		var got []Indicator
		if _, err := Read("x", strings.NewReader(text), Options{}, func(i Indicator) error { got = append(got, i); return nil }); err != nil {
			t.Fatal(err)
		}
		if len(got) != 1 || got[0].Note != "valid until 2025-01-02T00:00:00Z" {
			t.Errorf("%+v", got)
		}
	}
}

// TestSharedLists reads the public lists: most of each must be understood.
func TestSharedLists(t *testing.T) {
	for rel, least := range map[string]int{"ioc/volexity": 1000, "stix/oasis-examples": 1, "misp/events-eset": 800} {
		n := 0
		err := filepath.WalkDir(shared.Path(t, rel), func(p string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(p, ".gz") {
				return err
			}
			f, err := os.Open(p)
			if err != nil {
				return err
			}
			defer f.Close() //nolint:errcheck // read only
			_, _ = Read(p, f, Options{}, func(Indicator) error { n++; return nil })
			return nil
		})
		if err != nil || n < least {
			t.Errorf("%s: %d indicators, %v; want %d", rel, n, err, least)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"evil[.]example # x", "value,type\na.example,domain", `{"schema":"ward.indicators/1","indicators":[{"type":"ipv4","value":"1.2.3.4"}]}`,
		`{"objects":[{"type":"indicator","pattern":"[a:b = 'c' AND (d:e IN ('f'))]"}]}`, `{"Event":{"Object":[{"Attribute":[{"type":"domain|ip","value":"a|b","to_ids":true}]}]}}`, "\xff\xfea\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var b Builder
		_, _ = Read("x", io.LimitReader(bytes.NewReader(data), 1<<20), Options{Private: true}, func(i Indicator) error {
			if err := b.Add(i); err != nil {
				t.Fatalf("what Read gives must go into an index: %+v: %v", i, err)
			}
			return nil
		})
		if _, err := Open(b.Bytes()); err != nil {
			t.Fatal(err)
		}
	})
}

// TestExports holds what real feeds and tools write, of which something was lost or made up.
func TestExports(t *testing.T) {
	for name, row := range map[string]struct{ text, want, refused string }{
		"STIX, one object a line": {`{"type":"indicator","id":"indicator--1","pattern":"[ipv4-addr:value = '203.0.113.1']","pattern_type":"stix"}
{"type":"indicator","id":"indicator--2","pattern":"[domain-name:value = 'evil.example']","pattern_type":"stix"}
{"type":"indicator","id":"indicator--3","pattern":"[domain-name:value LIKE 'evil%']","pattern_type":"stix"}
`, "ipv4 203.0.113.1\n=domain evil.example", "0: domain-name:value LIKE is not looked for in logs"},
		"two bundles, one behind the other": {`{"objects":[{"type":"indicator","id":"indicator--1","pattern":"[ipv4-addr:value = '203.0.113.1']"}]}{"objects":[{"type":"indicator","id":"indicator--2","pattern":"[ipv4-addr:value = '203.0.113.2']"}]}`,
			"ipv4 203.0.113.1\nipv4 203.0.113.2", ""},
		"MISP of old": {`{"Event":{"Attribute":[{"uuid":"u","type":"ip-dst","value":"203.0.113.1","to_ids":"1","deleted":"0"},{"uuid":"v","type":"ip-dst","value":"203.0.113.2","to_ids":0},{"uuid":"w","type":"md5","value":"d41d8cd98f00b204e9800998ecf8427e","to_ids":1}]}}`,
			"ipv4 203.0.113.1\nmd5 d41d8cd98f00b204e9800998ecf8427e", "0: not marked for detection (to_ids)"},
		"an empty first cell": {"commentaire;type;valeur\n;ipv4;203.0.113.1\nx;domain;evil.example\n;md5;nothing\n", "ipv4 203.0.113.1\ndomain evil.example", "4: not a hash of that kind"},
		"commas in URLs": {"http://evil.example/a,b\nhttp://evil.example/c\nhttp://evil.example/d\nhttp://evil.example/e;f=1\nhttp://evil.example/g\nhttp://evil.example/h\nhttp://evil.example/i\n",
			"url http://evil.example/a,b\nurl http://evil.example/c\nurl http://evil.example/d\nurl http://evil.example/e;f=1\nurl http://evil.example/g\nurl http://evil.example/h\nurl http://evil.example/i", ""},
		"commas behind URLs": {"http://evil.example/a,malware\nhttp://evil.example/c,phishing\n", "url http://evil.example/a\nurl http://evil.example/c", ""},
		"URLhaus": {"####\n# abuse.ch URLhaus Database Dump #\n# Terms Of Use: https://urlhaus.abuse.ch/api/ #\n####\n#\n# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter\n" +
			`"3378871","2026-01-10 12:00:05","http://203.0.113.1:3000/bin.sh","online","2026-01-10 12:00:05","malware_download","32-bit,elf","https://urlhaus.abuse.ch/url/3378871/","x"` + "\n",
			"url http://203.0.113.1:3000/bin.sh", ""},
		"ThreatFox": {"####\n# ThreatFox IOCs: recent #\n####\n#\n" + `# "first_seen_utc","ioc_id","ioc_value","ioc_type","threat_type","fk_malware","malware_alias","malware_printable","last_seen_utc","confidence_level","reference","tags","anonymous","reporter"` + "\n" +
			`"2026-01-10 12:00:05", "1", "203.0.113.1:443", "ip:port", "botnet_cc", "win.x", "None", "X", "", "100", "https://x.example/a", "C2,x", "0", "abuse_ch"` + "\n" +
			`"2026-01-10 12:00:05", "2", "d41d8cd98f00b204e9800998ecf8427e", "md5_hash", "payload", "win.x", "None", "X", "", "100", "", "", "0", "abuse_ch"` + "\n",
			"ipv4 203.0.113.1\nmd5 d41d8cd98f00b204e9800998ecf8427e", ""},
		"MalwareBazaar": {"####\n# MalwareBazaar recent malware samples (CSV) #\n####\n#\n" + `# "first_seen_utc","sha256_hash","md5_hash","sha1_hash","reporter","file_name","file_type_guess","mime_type","signature","clamav","vtpercent","imphash","ssdeep","tlsh"` + "\n" +
			`"2026-01-10 12:00:05", "` + strings.Repeat("ab", 32) + `", "d41d8cd98f00b204e9800998ecf8427e", "` + strings.Repeat("cd", 20) + `", "x", "bill.exe", "exe", "application/x-dosexec", "n/a", "n/a", "n/a", "` + strings.Repeat("ef", 16) + `", "3:x", "T1"` + "\n",
			"sha256 " + strings.Repeat("ab", 32) + "\nmd5 d41d8cd98f00b204e9800998ecf8427e\nsha1 " + strings.Repeat("cd", 20) + "\nfilename bill.exe", ""},
		"several hashes in a cell": {"value,entity_type,description\n\"" + strings.Repeat("ab", 32) + "," + strings.Repeat("cd", 20) + ", d41d8cd98f00b204e9800998ecf8427e\",file,one\n\"1.2.3.4;1.2.3.400\",ip,two\n\"some, prose\",file,x\n",
			"sha256 " + strings.Repeat("ab", 32) + "\nsha1 " + strings.Repeat("cd", 20) + "\nmd5 d41d8cd98f00b204e9800998ecf8427e\nipv4 1.2.3.4", "3: not an address\n4: not a domain name"},
		"OTX": {"Indicator type,Indicator,Description\nFileHash-SHA1," + strings.Repeat("cd", 20) + ",\nhostname,a.evil.example,\nCVE,CVE-2026-1,\nIPv6,2001:db8::1,x\n",
			"sha1 " + strings.Repeat("cd", 20) + "\ndomain a.evil.example\nipv6 2001:db8::1", "4: not a domain name"},
	} {
		got, refused, _, err := read(t, row.text, Options{})
		if strings.Join(got, "\n") != row.want || strings.Join(refused, "\n") != row.refused || err != nil {
			t.Errorf("%s: %v\n%s\nrefused %s", name, err, strings.Join(got, "\n"), strings.Join(refused, "\n"))
		}
	}
}
