package logline

import (
	"bytes"
	"net/netip"
	"slices"
)

// Normal is a name that all formats share.
type Normal string

const (
	SrcIP   Normal = "src_ip"
	DstIP   Normal = "dst_ip"
	SrcPort Normal = "src_port"
	DstPort Normal = "dst_port"
	Host    Normal = "host" // the computer that wrote the entry
	User    Normal = "user"
)

// Normals are all of them.
var Normals = [...]Normal{SrcIP, DstIP, SrcPort, DstPort, Host, User}

// sources lists for each format which field holds what, the best first.
var sources = map[Format]map[Normal][]string{
	EVE: {SrcIP: {"src_ip"}, DstIP: {"dest_ip"}, SrcPort: {"src_port"}, DstPort: {"dest_port"}, Host: {"host", "sensor_name"}, User: {"smb.ntlmssp.user", "http.http_user"}},
	Zeek: {SrcIP: {"id.orig_h", "orig_h", "src", "tx_hosts", "host"}, DstIP: {"id.resp_h", "resp_h", "dst", "rx_hosts"}, SrcPort: {"id.orig_p"}, DstPort: {"id.resp_p", "p"},
		Host: {"_system_name", "peer", "node"}, User: {"username", "user", "client"}},
	ZeekJSON: {SrcIP: {"id.orig_h", "orig_h", "src", "tx_hosts", "host"}, DstIP: {"id.resp_h", "resp_h", "dst", "rx_hosts"}, SrcPort: {"id.orig_p"}, DstPort: {"id.resp_p", "p"},
		Host: {"_system_name", "peer", "node"}, User: {"username", "user", "client"}},
	CloudTrail: {SrcIP: {"sourceIPAddress"}, User: {"userIdentity.userName", "userIdentity.arn"}, Host: {"recipientAccountId"}},
	M365:       {SrcIP: {"ClientIP", "ClientIPAddress", "ActorIpAddress"}, User: {"UserId", "UserKey"}, Host: {"OrganizationName", "OrganizationId"}},
	CEF:        {SrcIP: {"src", "c6a2"}, DstIP: {"dst", "c6a3"}, SrcPort: {"spt"}, DstPort: {"dpt"}, Host: {"dvchost", "dvc", "hostname"}, User: {"suser", "duser"}},
	LEEF:       {SrcIP: {"src"}, DstIP: {"dst"}, SrcPort: {"srcPort"}, DstPort: {"dstPort"}, Host: {"identHostName", "hostname"}, User: {"usrName"}},
	Access:     {SrcIP: {"c-ip"}, Host: {"hostname", "cs-host"}, User: {"cs-username"}},
	WebError:   {SrcIP: {"c-ip"}, Host: {"server", "hostname"}},
	W3C:        {SrcIP: {"c-ip", "client-ip", "remote-endpoint"}, DstIP: {"s-ip", "server-ip", "local-endpoint"}, DstPort: {"s-port"}, Host: {"s-computername", "server-hostname"}, User: {"cs-username"}},
	Squid:      {SrcIP: {"c-ip"}, DstIP: {"r-ip"}, Host: {"hostname"}, User: {"cs-username"}},
	BIND:       {SrcIP: {"src_ip"}, SrcPort: {"src_port"}, DstIP: {"dst_ip"}, Host: {"hostname"}},
	Dnsmasq:    {SrcIP: {"src_ip"}, SrcPort: {"src_port"}, DstIP: {"dst_ip"}, Host: {"hostname"}},
	WindowsDNS: {SrcIP: {"src_ip"}, Host: {"hostname"}},
	Netfilter:  {SrcIP: {"SRC"}, DstIP: {"DST"}, SrcPort: {"SPT"}, DstPort: {"DPT"}, Host: {"hostname"}},
	Auditd:     {SrcIP: {"addr"}, DstIP: {"laddr"}, DstPort: {"lport"}, Host: {"node", "hostname"}, User: {"acct", "AUID", "auid", "uid"}},
	ATNA:       {SrcIP: {"ActiveParticipant.NetworkAccessPointID"}, Host: {"AuditSourceIdentification.AuditSourceID", "hostname"}, User: {"ActiveParticipant.UserID"}},
	Syslog:     {Host: {"hostname"}},
	Journal:    {Host: {"hostname"}},
}

// windowsSources serve all layouts of Windows events.
var windowsSources = map[Normal][]string{
	SrcIP: {"SourceIp", "IpAddress", "SourceAddress", "ClientAddress"}, DstIP: {"DestinationIp", "DestAddress", "DestinationAddress"},
	SrcPort: {"SourcePort", "IpPort"}, DstPort: {"DestinationPort", "DestPort"}, Host: {"Computer", "host.name", "agent.hostname"},
	User: {"User", "TargetUserName", "SubjectUserName", "AccountName"},
}

// anySources are tried where a format has no names of its own.
var anySources = map[Normal][]string{
	SrcIP:   {"src_ip", "source.ip", "srcip", "src", "client_ip", "clientip", "c-ip", "remote_addr", "sourceIPAddress", "IpAddress", "SourceIp", "ClientIP", "request.remote_ip", "sourceIPs", "id.orig_h", "agent.network.address", "ip"},
	DstIP:   {"dst_ip", "dest_ip", "destination.ip", "dstip", "dst", "server_ip", "DestinationIp", "id.resp_h"},
	SrcPort: {"src_port", "source.port", "srcport", "spt", "SourcePort"},
	DstPort: {"dst_port", "dest_port", "destination.port", "dstport", "dpt", "DestinationPort"},
	Host:    {"host.name", "host.hostname", "hostname", "host", "Computer", "computer", "devname", "_HOSTNAME", "node", "device_name"},
	User:    {"user.name", "user", "username", "User", "userName", "user.username", "acct", "TargetUserName"},
}

// Normal gives the value of a shared name, nil if the record has none. An
// address is one: what is no IP address is passed over for the next candidate.
func (r *Record) Normal(n Normal) []byte {
	table := sources[r.Format]
	switch r.Format {
	case WindowsJSON, WindowsXML, EVTX, Sysmon:
		table = windowsSources
	}
	if table == nil {
		table = anySources
	}
	if r.Format == CSV {
		if v := r.headed(n); v != nil {
			return v
		}
	}
	for _, name := range table[n] {
		for i := range r.Fields {
			if r.Fields[i].Name != name {
				continue
			}
			if v := fitting(n, r.Fields[i].Value); len(v) > 0 {
				return v
			}
		}
	}
	return nil
}

// headings are what people write above columns, in small letters and digits only.
var headings = map[Normal][]string{
	SrcIP: {"sourceip", "srcip", "sourceaddress", "sourceipaddress", "srcaddr", "src", "source", "clientip", "clientaddress", "client",
		"quellip", "quelladresse", "quelle", "ipsource", "adressesource", "iporigen", "origen", "iporigine", "origine", "bronip", "bron"},
	DstIP: {"destinationip", "dstip", "destip", "destinationaddress", "destinationipaddress", "destaddress", "dstaddr", "dst", "destination",
		"zielip", "zieladresse", "ziel", "ipdestination", "adressedestination", "ipdestino", "destino", "ipdestinazione", "destinazione", "doelip", "doel"},
	Host: {"computer", "computername", "hostname", "devicename", "machinename", "rechner", "ordinateur"},
	User: {"username", "user", "accountname", "benutzer", "benutzername", "utilisateur", "usuario", "utente", "gebruiker"},
}

// headed looks for the value below a heading.
func (r *Record) headed(n Normal) []byte {
	for _, name := range headings[n] {
		for i := range r.Fields {
			if fold(r.Fields[i].Name) != name {
				continue
			}
			if v := fitting(n, r.Fields[i].Value); len(v) > 0 {
				return v
			}
		}
	}
	return nil
}

// fitting refuses what stands for "unknown", and addresses that are none; a
// port behind an address is left out.
func fitting(n Normal, v []byte) []byte {
	if string(v) == "-" || string(v) == "?" || string(v) == "unset" {
		return nil
	}
	if n != SrcIP && n != DstIP || isAddress(v) {
		return v
	}
	if i := bytes.LastIndexByte(v, ':'); i > 0 && isAddress(bytes.Trim(v[:i], "[]")) {
		return bytes.Trim(v[:i], "[]")
	}
	return nil
}

// address writes the bytes of an IP address.
func address(b []byte) string {
	a, ok := netip.AddrFromSlice(b)
	if !ok {
		return ""
	}
	return a.Unmap().String()
}

// LogSource is where Sigma looks for an entry of a format: product, category
// and service; empty means that the entry itself decides (Windows: Channel and
// EventID; Zeek: _path) or that Sigma has no name for it.
type LogSource struct{ Product, Category, Service string }

var logSources = map[Format]LogSource{
	EVE: {Product: "suricata"}, Zeek: {Product: "zeek"}, ZeekJSON: {Product: "zeek"},
	WindowsJSON: {Product: "windows"}, WindowsXML: {Product: "windows"}, EVTX: {Product: "windows"}, Sysmon: {Product: "linux"},
	CloudTrail: {Product: "aws", Service: "cloudtrail"}, M365: {Product: "m365", Service: "audit"},
	Access: {Category: "webserver"}, W3C: {Category: "webserver"}, WebError: {Category: "webserver"},
	Squid: {Category: "proxy"}, BIND: {Category: "dns"}, Dnsmasq: {Category: "dns"}, WindowsDNS: {Category: "dns"}, Netfilter: {Category: "firewall"},
	Auditd: {Product: "linux", Service: "auditd"}, Syslog: {Product: "linux", Service: "syslog"}, Journal: {Product: "linux", Service: "syslog"},
}

// Source gives the log source of a record.
func (r *Record) Source() LogSource {
	s := logSources[r.Format]
	if s.Product == "zeek" {
		s.Service = string(r.Get("_path"))
	}
	if r.Format == KeyValue && r.Get("devname") != nil && r.Get("logid") != nil {
		s = LogSource{Product: "fortigate", Service: string(r.Get("type"))}
	}
	if r.Format == WebError { // the rules about these logs name the server, and nothing else
		s.Service = "nginx"
		if len(r.Raw) > 0 && r.Raw[0] == '[' {
			s.Service = "apache"
		}
	}
	if r.Format == Syslog || r.Format == Journal {
		s.Service = syslogService(string(r.Get("programname")))
	}
	return s
}

// syslogService: the programs for which Sigma has services of their own.
func syslogService(program string) string {
	switch {
	case slices.Contains([]string{"sshd", "cron", "sudo", "su", "clamav", "guacamole", "vsftpd", "modsecurity"}, program):
		return program
	case program == "sshd-session":
		return "sshd"
	case program == "CRON" || program == "crond":
		return "cron"
	}
	return "syslog"
}
