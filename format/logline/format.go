package logline

import "slices"

// Format names how a log is written, as --log-format takes it.
type Format string

const (
	Auto        Format = ""             // look at the first lines
	Plain       Format = "text"         // lines of nothing known: one field, message
	JSON        Format = "json"         // objects in lines, lists or one after another, of any make
	EVE         Format = "eve"          // Suricata
	Zeek        Format = "zeek"         // tab-separated with #fields
	ZeekJSON    Format = "zeek-json"    // as objects
	WindowsJSON Format = "windows-json" // evtx_dump, Winlogbeat, NXLog, Hayabusa, OTRF
	WindowsXML  Format = "windows-xml"  // export of the event viewer, wevtutil
	EVTX        Format = "evtx"         // binary, %SystemRoot%\System32\winevt\Logs
	Sysmon      Format = "sysmon-linux" // XML events in syslog
	CloudTrail  Format = "cloudtrail"   // AWS
	M365        Format = "m365"         // unified audit log of Microsoft 365
	Journal     Format = "journal"      // journalctl -o export, -o json
	Syslog      Format = "syslog"       // RFC 5424, RFC 3164 and its relatives
	CEF         Format = "cef"          // Common Event Format
	LEEF        Format = "leef"         // Log Event Extended Format 1.0, 2.0
	Access      Format = "access"       // Apache and nginx: common, combined, with virtual host
	WebError    Format = "web-error"    // their error logs
	Squid       Format = "squid"        // native; its combined form is Access
	BIND        Format = "bind"         // query log
	Dnsmasq     Format = "dnsmasq"      // query log
	WindowsDNS  Format = "windows-dns"  // debug log of Windows' DNS server
	Netfilter   Format = "netfilter"    // iptables, nftables, ufw
	Auditd      Format = "auditd"       // Linux audit
	KeyValue    Format = "key-value"    // pairs: FortiGate and others
	ATNA        Format = "atna"         // audit messages of DICOM PS3.15 A.5 and RFC 3881
	W3C         Format = "w3c"          // extended log format: IIS, Exchange
	CSV         Format = "csv"          // with a header
)

// Formats are all that NewReader takes but Auto.
var Formats = [...]Format{Plain, JSON, EVE, Zeek, ZeekJSON, WindowsJSON, WindowsXML, EVTX, Sysmon, CloudTrail, M365, Journal, Syslog, CEF, LEEF,
	Access, WebError, Squid, BIND, Dnsmasq, WindowsDNS, Netfilter, Auditd, KeyValue, ATNA, W3C, CSV}

// Known reports whether a name given by a person is a format.
func Known(name string) bool { return slices.Contains(Formats[:], Format(name)) }
