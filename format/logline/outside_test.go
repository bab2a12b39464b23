package logline

import (
	"io"
	"strings"
	"testing"
)

// TestOutsideSamples reads what vendors' own documents and their devices write
// beside the plain forms of the golden logs: each line as format, time and some
// of its fields.
func TestOutsideSamples(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"LEEF with half a header of RFC 5424 (IBM)": {"<13>1 2019-01-18T11:07:53.520Z 192.168.1.1 LEEF:1.0|Lancope|StealthWatch|1.0|41|src=192.0.2.0\tdst=172.50.123.1\n",
			"leef 2019-01-18T11:07:53.52Z hostname=192.168.1.1 src=192.0.2.0 dst=172.50.123.1"},
		"CEF with half a header": {"<13>1 2019-01-18T11:07:53Z fw CEF:0|V|P|1|1|n|3|src=203.0.113.4\n", "cef 2019-01-18T11:07:53Z hostname=fw src=203.0.113.4"},
		"LEEF 2 with a caret":    {"LEEF:2.0|L|S|1.0|41|x5E|src=192.0.2.5^dst=172.50.123.1^devTime=1700000000000\n", "leef 2023-11-14T22:13:20Z src=192.0.2.5 dst=172.50.123.1"},
		"CEF with zones":         {"CEF:0|V|P|1|1|n|3|rt=Nov 29 2026 12:00:00.123 CET src=203.0.113.4\nCEF:0|V|P|1|1|n|3|rt=Nov 29 2026 12:00:00 GMT+02:00 src=203.0.113.5\n", "cef 2026-11-29T11:00:00.123Z src=203.0.113.4\ncef 2026-11-29T10:00:00Z src=203.0.113.5"},
		"CEF with escapes":       {"CEF:0|s|t|1.0|100|a \\| b \\\\ c|10|src=203.0.113.4 act=x \\= y dst=203.0.113.5\n", "cef unknown name=a | b \\ c src=203.0.113.4 act=x = y dst=203.0.113.5"},
		"Cisco IOS": {"<189>45: *Nov 29 10:00:00.123 UTC: %SEC-6-IPACCESSLOGP: list 101 denied tcp 203.0.113.5(1) -> 192.0.2.7(22)\n",
			"syslog 2026-11-29T10:00:00.123Z programname=%SEC-6-IPACCESSLOGP"},
		"a host named WEST": {"Nov 29 10:00:00 WEST sshd[7]: hello\nNov 29 10:00:01 WEST sshd[7]: hello\n", "syslog 2026-11-29T10:00:00Z hostname=WEST\nsyslog 2026-11-29T10:00:01Z hostname=WEST"},
		"RFC 5424 with escapes and a mark": {"<165>1 2026-10-11T22:14:15.003Z h evntslog - ID47 [ex@32473 a=\"A\\]\\\"\\\\b\"] \xef\xbb\xbfAn event\n",
			"syslog 2026-10-11T22:14:15.003Z hostname=h programname=evntslog ex@32473.a=A]\"\\b message=An event"},
		"BIND in syslog among its own files": {"Nov 29 12:00:01 ns1 named[1]: client @0x7f 192.0.2.6#4 (x.example): query: x.example IN TXT +T (10.0.0.53)\n" +
			strings.Repeat("29-Nov-2026 12:00:00.123 queries: info: client @0x7f 192.0.2.5#5 (a.example): query: a.example IN A +E(0)K (10.0.0.53)\n", 2),
			"bind 2026-11-29T12:00:01Z hostname=ns1 query=x.example\nbind 2026-11-29T12:00:00.123Z query=a.example\nbind 2026-11-29T12:00:00.123Z query=a.example"},
		"a table for Excel": {"\"sep=;\"\r\nDate;query;src\r\n29.11.2026 12:00:00;a.example;10.0.0.5\r\n29.11.2026 12:00:01;b.example;10.0.0.6\r\n", "csv 2026-11-29T12:00:00Z query=a.example src=10.0.0.5\ncsv 2026-11-29T12:00:01Z query=b.example src=10.0.0.6"},
		"BIND with print-time iso8601-utc": {strings.Repeat("2026-11-29T12:00:00.123Z queries: info: client @0x7f 192.0.2.5#5 (a.example): view inside: query: a.example IN A +E(0) (10.0.0.53)\n", 2),
			"bind 2026-11-29T12:00:00.123Z src_ip=192.0.2.5 view=inside query=a.example flags=+E(0) dst_ip=10.0.0.53\nbind 2026-11-29T12:00:00.123Z src_ip=192.0.2.5 view=inside query=a.example flags=+E(0) dst_ip=10.0.0.53"},
		"Squid by syslog": {"<134>Nov 29 12:00:01 proxy (squid-1)[77]: 1795953600.123    180 10.0.0.5 TCP_MISS/200 1234 GET http://a.example/x anna HIER_DIRECT/203.0.113.7 text/html\n",
			"squid 2026-11-29T12:00:00.123Z hostname=proxy c-ip=10.0.0.5 c-uri=http://a.example/x r-ip=203.0.113.7"},
		"a table in German": {"Datum;Uhrzeit;Quell-IP;Ziel-IP\n05.11.2026;10:00:00;192.0.2.5;192.0.2.6\n05/11/2026;10:00:01;192.0.2.5;192.0.2.6\n",
			"csv 2026-11-05T10:00:00Z Datum=05.11.2026 Uhrzeit=10:00:00 Quell-IP=192.0.2.5 Ziel-IP=192.0.2.6\ncsv 2026-11-05T10:00:01Z Datum=05/11/2026 Uhrzeit=10:00:01 Quell-IP=192.0.2.5 Ziel-IP=192.0.2.6"},
		"audit: lengths and old values are numbers": {"type=EXECVE msg=audit(1700000000.000:7): argc=2 a0=\"sh\" a1_len=8192 a1[0]=6C73\ntype=CONFIG_CHANGE msg=audit(1700000001.000:8): op=set audit_backlog_limit=8192 old=64\n",
			"auditd 2023-11-14T22:13:20Z a1_len=8192 a1[0]=ls\nauditd 2023-11-14T22:13:21Z old=64"},
		"LEEF with the day first": {"LEEF:1.0|V|P|1|E|devTime=05/11/2026 10:00:00\tdevTimeFormat=dd/MM/yyyy HH:mm:ss\tsrc=192.0.2.5\nLEEF:1.0|V|P|1|E|devTime=05 Nov 2026 10:00:00\tsrc=192.0.2.6\n",
			"leef 2026-11-05T10:00:00Z src=192.0.2.5\nleef 2026-11-05T10:00:00Z src=192.0.2.6"},
		"audit by syslog, with its node": {"Nov 29 10:00:00 srv audispd: node=srv type=USER_CMD msg=audit(1795946400.000:7): pid=1 uid=0 msg='cmd=6C73 res=success'\n",
			"auditd 2026-11-29T10:00:00Z hostname=srv cmd=ls"},
		"EVE by syslog": {`<133>Nov 29 10:00:00 ids suricata[7]: @cee: {"timestamp":"2026-11-29T09:59:59.000000+0000","flow_id":1,"event_type":"dns","src_ip":"10.0.0.5"}` + "\n",
			"eve 2026-11-29T09:59:59Z hostname=ids src_ip=10.0.0.5"},
		"stamps with a day of the week, and a year before them": {"<34>Sun Nov 29 10:00:00 2026 fw app: a\n<34>2024 Feb 29 10:00:00 fw app: b\n<34>2024 Dec 31 23:59:59 fw app: c\n",
			"syslog 2026-11-29T10:00:00Z hostname=fw message=a\nsyslog 2024-02-29T10:00:00Z hostname=fw message=b\nsyslog 2024-12-31T23:59:59Z hostname=fw message=c"},
		"a stamp of date(1)": {"<13>Nov 29 10:00:00 CET 2026 fw app[7]: hello\n", "syslog 2026-11-29T09:00:00Z hostname=fw programname=app"},
		"evtx_dump with attributes apart": {`{"Event":{"System":{"Provider_attributes":{"Name":"Sys"},"EventID":1,"TimeCreated_attributes":{"SystemTime":"2026-11-29T12:00:00Z"},"Channel":"Security"}}}` + "\n",
			"windows-json 2026-11-29T12:00:00Z Provider_Name=Sys EventID=1"},
		"an event turned into JSON by rote": {`{"Event":{"System":{"EventID":"1","Channel":"x","TimeCreated":{"@SystemTime":"2026-11-29T12:00:00Z"}},"EventData":{"Data":[{"@Name":"Image","#text":"a.exe"},{"@Name":"Hashes"},{"@Name":"User","#text":"u"}]}}}` + "\n",
			"windows-json 2026-11-29T12:00:00Z Image=a.exe Hashes= User=u"},
		"nginx in JSON": {`{"time_iso8601":"2026-11-29T11:00:00+01:00","remote_addr":"203.0.113.9","request":"GET / HTTP/1.1"}` + "\n" + `{"time_local":"29/Nov/2026:10:00:00 +0000","remote_addr":"203.0.113.9"}` + "\n",
			"json 2026-11-29T10:00:00Z remote_addr=203.0.113.9\njson 2026-11-29T10:00:00Z remote_addr=203.0.113.9"},
		"an audit event of FHIR": {`{"resourceType":"AuditEvent","recorded":"2026-11-29T10:00:00.5Z","agent":[{"network":{"address":"10.0.0.5"}}]}` + "\n", "json 2026-11-29T10:00:00.5Z agent.network.address=10.0.0.5"},
		"a date of .NET":         {`{"TimeCreated":"\/Date(1795946400123)\/","EventID":1,"Channel":"Security"}` + "\n", "windows-json 2026-11-29T10:00:00.123Z EventID=1"},
		"Squid with a stamp of its own": {"2026-11-29T10:00:00.123+0000 180 10.0.0.24 TCP_MISS/200 411 GET http://x.example/a - DIRECT/192.0.2.9 text/plain\n",
			"syslog 2026-11-29T10:00:00.123Z message=180 10.0.0.24 TCP_MISS/200 411 GET http://x.example/a - DIRECT/192.0.2.9 text/plain"},
		"access log behind a proxy": {"198.51.100.1, 198.51.100.2 10.0.0.5 - anna [29/Nov/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1\n198.51.100.1 10.0.0.5 - - [29/Nov/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1\n",
			"access 2026-11-29T10:00:00Z x-forwarded-for=198.51.100.1 x-forwarded-for=198.51.100.2 c-ip=10.0.0.5 cs-username=anna\naccess 2026-11-29T10:00:00Z x-forwarded-for=198.51.100.1 c-ip=10.0.0.5"},
		"Zeek with bars": {"#separator \\x7c\n#set_separator|,\n#empty_field|(empty)\n#unset_field|-\n#path|http\n#fields|ts|src|query\n#types|time|addr|string\n1700000000.5|10.0.0.5|a\\x7cb\n", "zeek 2023-11-14T22:13:20.5Z src=10.0.0.5 query=a|b"},
	} {
		if got := brief(t, c.text, c.want); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
}

// brief gives the fields that are asked for.
func brief(t *testing.T, text, want string) string {
	t.Helper()
	r, err := NewReader(Auto, strings.NewReader(text), Options{Reference: reference})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return strings.Join(out, "\n")
		}
		if err != nil {
			t.Fatal(err)
		}
		line := string(rec.Format) + " unknown"
		if !rec.Time.IsZero() {
			line = string(rec.Format) + " " + rec.Time.Format("2006-01-02T15:04:05.999Z07:00")
		}
		for _, f := range rec.Fields {
			if strings.Contains(want, " "+f.Name+"=") {
				line += " " + f.Name + "=" + string(f.Value)
			}
		}
		out = append(out, line)
	}
}

// TestEventViewerTables: the event viewer writes tables in the language of its
// machine, and the day first in all but English.
func TestEventViewerTables(t *testing.T) {
	for heading, want := range map[string]string{
		"Level,Date and Time,Source":     "2026-05-11T10:00:00Z",
		"Niveau,Date et heure,Source":    "2026-11-05T10:00:00Z",
		"Livello,Data e ora,Origine":     "2026-11-05T10:00:00Z",
		"Nivel,Fecha y hora,Origen":      "2026-11-05T10:00:00Z",
		"Niveau,Datum en tijd,Bron":      "2026-11-05T10:00:00Z",
		"Poziom,Data i godzina,Źródło":   "2026-11-05T10:00:00Z",
		"Ebene,Datum und Uhrzeit,Quelle": "2026-11-05T10:00:00Z",
		"Nivå,Datum och tid,Källa":       "2026-11-05T10:00:00Z",
		"Nível,Data e Hora,Origem":       "2026-11-05T10:00:00Z",
	} {
		got := render(t, Auto, strings.NewReader(heading+"\nInfo,05/11/2026 10:00:00,Kernel\n"))
		if !strings.Contains(got, " csv "+want+"\n") {
			t.Errorf("%s: want %s, got %s", heading, want, got)
		}
		got = render(t, Auto, strings.NewReader(heading+"\nInfo,05/11/2026 10:00:00,Kernel,\"It began, and\nwent on.\"\nInfo,05/11/2026 10:00:00,Kernel,short\n"))
		if !strings.Contains(got, "Message = \"It began, and\\nwent on.\"") || !strings.Contains(got, "Message = \"short\"") || strings.Count(got, " csv "+want+"\n") != 2 {
			t.Errorf("%s: with the message that it does not name: %s", heading, got)
		}
	}
}
