package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/go-json-experiment/json"
)

// The made-up events are flat JSON like a log shipper's: 35 % process
// creations, 15 % network connections, 15 % registry values, 12 % files, 10 %
// loaded images, 5 % DNS queries, 4 % sign-ins, 4 % Linux processes; one in a
// thousand is a planted one. Values are of a hospital's quiet day: the same
// programs again and again with paths, names and numbers that differ.

type maker struct{ *rand.Rand }

type object = map[string]any

func made(n int, seed uint64, plants []plant) [][]byte {
	m := maker{rand.New(rand.NewPCG(seed, 0x5ee0))}
	out := make([][]byte, 0, n)
	for i := range n {
		if i%1000 == 999 && len(plants) > 0 {
			out = append(out, plants[(i/1000)%len(plants)].event)
			continue
		}
		text, err := json.Marshal(m.event(), json.Deterministic(true))
		if err != nil {
			panic(err) // maps of plain values cannot fail
		}
		out = append(out, text)
	}
	return out
}

func (m maker) event() object {
	switch p := m.IntN(100); {
	case p < 35:
		return m.process()
	case p < 50:
		return m.network()
	case p < 65:
		return m.registry()
	case p < 77:
		return m.file()
	case p < 87:
		return m.image()
	case p < 92:
		return m.dns()
	case p < 96:
		return m.signin()
	}
	return m.linux()
}

func (m maker) sysmon(id int, more object) object {
	o := object{"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": id, "Computer": m.host(), "Provider_Name": "Microsoft-Windows-Sysmon",
		"UtcTime": m.time(), "ProcessGuid": m.guid(), "ProcessId": m.IntN(30000), "RuleName": "-", "User": m.user(), "EventRecordID": m.IntN(1 << 30)}
	for k, v := range more {
		o[k] = v
	}
	return o
}

func (m maker) pick(list []string) string { return list[m.IntN(len(list))] }

func (m maker) host() string {
	return fmt.Sprintf("%s-%03d.klinik.example", m.pick([]string{"WS-RAD", "WS-LAB", "WS-ER", "SRV-PACS", "SRV-KIS", "WS-ADM"}), m.IntN(400))
}

func (m maker) user() string {
	if m.IntN(3) == 0 {
		return `NT AUTHORITY\SYSTEM`
	}
	return fmt.Sprintf(`KLINIK\%s%03d`, m.pick([]string{"arzt", "pflege", "mta", "verw"}), m.IntN(900))
}

func (m maker) time() string {
	return fmt.Sprintf("2026-11-%02d %02d:%02d:%02d.%03d", 1+m.IntN(28), m.IntN(24), m.IntN(60), m.IntN(60), m.IntN(1000))
}

func (m maker) guid() string {
	return fmt.Sprintf("{%08X-%04X-%04X-%04X-%012X}", m.Uint32(), m.IntN(1<<16), m.IntN(1<<16), m.IntN(1<<16), m.Uint64()&0xffffffffffff)
}

func (m maker) hash() string {
	return fmt.Sprintf("SHA1=%08X%08X%08X%08X%08X,MD5=%016X%016X,SHA256=%016X%016X%016X%016X,IMPHASH=%016X%016X", m.Uint32(), m.Uint32(), m.Uint32(),
		m.Uint32(), m.Uint32(), m.Uint64(), m.Uint64(), m.Uint64(), m.Uint64(), m.Uint64(), m.Uint64(), m.Uint64(), m.Uint64())
}

var programs = []string{
	`C:\Windows\System32\svchost.exe`, `C:\Windows\System32\taskhostw.exe`, `C:\Windows\System32\backgroundTaskHost.exe`,
	`C:\Windows\System32\RuntimeBroker.exe`, `C:\Windows\explorer.exe`, `C:\Windows\System32\cmd.exe`, `C:\Windows\System32\conhost.exe`,
	`C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`, `C:\Windows\System32\wbem\WmiPrvSE.exe`, `C:\Windows\System32\rundll32.exe`,
	`C:\Program Files\Google\Chrome\Application\chrome.exe`, `C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`,
	`C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE`, `C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE`,
	`C:\Program Files\OrbisClient\bin\orbis.exe`, `C:\PACS\Viewer\ImageView64.exe`, `C:\Program Files\Java\jre-17\bin\javaw.exe`,
	`C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.26030.3011-0\MsMpEng.exe`, `C:\Windows\System32\dllhost.exe`,
	`C:\Windows\System32\SearchIndexer.exe`, `C:\Windows\System32\spoolsv.exe`, `C:\Program Files\7-Zip\7zG.exe`, `C:\LabLink\hl7gateway.exe`,
}

func (m maker) commandLine(image string) string {
	switch {
	case strings.HasSuffix(image, "svchost.exe"):
		return image + " -k " + m.pick([]string{"netsvcs -p -s Schedule", "LocalService -p", "UnistackSvcGroup -s WpnUserService", "wusvcs -p -s WaaSMedicSvc"})
	case strings.HasSuffix(image, "cmd.exe"):
		return fmt.Sprintf(`cmd.exe /c ""C:\LabLink\jobs\%s.cmd" %d > C:\LabLink\log\%04d.txt"`, m.pick([]string{"import", "export", "cleanup"}), m.IntN(90), m.IntN(9999))
	case strings.HasSuffix(image, "powershell.exe"):
		return fmt.Sprintf(`powershell.exe -NoProfile -File "C:\Program Files\Monitoring\checks\check_disk%d.ps1" -Warning 80`, m.IntN(9))
	case strings.HasSuffix(image, "chrome.exe"), strings.HasSuffix(image, "msedge.exe"):
		return fmt.Sprintf(`"%s" --type=renderer --lang=de --field-trial-handle=%d,i,%d,%d,262144 --renderer-client-id=%d /prefetch:1`, image, m.IntN(9999), m.Uint64()>>4, m.Uint64()>>4, m.IntN(500))
	case strings.HasSuffix(image, "javaw.exe"):
		return fmt.Sprintf(`"%s" -Xmx2g -Dfile.encoding=UTF-8 -cp C:\Ward%d\lib\*;C:\Ward%d\conf de.klinik.station.Main --station %d`, image, m.IntN(9), m.IntN(9), m.IntN(80))
	}
	return fmt.Sprintf(`"%s" -Embedding /session:%d`, image, m.IntN(99999))
}

func (m maker) process() object {
	image, parent := m.pick(programs), m.pick(programs)
	return m.sysmon(1, object{"Image": image, "CommandLine": m.commandLine(image), "ParentImage": parent, "ParentCommandLine": m.commandLine(parent),
		"CurrentDirectory": `C:\Windows\system32\`, "IntegrityLevel": m.pick([]string{"Medium", "System", "Low"}), "Hashes": m.hash(),
		"Company": m.pick([]string{"Microsoft Corporation", "Google LLC", "-"}), "OriginalFileName": image[strings.LastIndexByte(image, '\\')+1:],
		"LogonId": fmt.Sprintf("0x%x", m.IntN(1<<24)), "FileVersion": fmt.Sprintf("10.0.19041.%d", m.IntN(5000))})
}

func (m maker) network() object {
	return m.sysmon(3, object{"Image": m.pick(programs), "Protocol": "tcp", "Initiated": m.pick([]string{"true", "false"}),
		"SourceIp": fmt.Sprintf("10.%d.%d.%d", m.IntN(9), m.IntN(256), m.IntN(256)), "SourcePort": 49152 + m.IntN(16000), "SourceHostname": m.host(),
		"DestinationIp": fmt.Sprintf("10.%d.%d.%d", m.IntN(9), m.IntN(256), m.IntN(256)), "DestinationPort": []int{443, 80, 104, 2575, 445, 53, 389}[m.IntN(7)],
		"DestinationHostname": m.host()})
}

func (m maker) registry() object {
	return m.sysmon(13, object{"Image": m.pick(programs), "EventType": "SetValue", "Details": m.pick([]string{"DWORD (0x00000001)", "Binary Data", `C:\Windows\system32`, "(Empty)"}),
		"TargetObject": m.pick([]string{`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\`, `HKLM\System\CurrentControlSet\Services\bam\State\UserSettings\`,
			`HKU\S-1-5-21-1004336348-1177238915-682003330-1105\SOFTWARE\Microsoft\Office\16.0\Common\Roaming\`, `HKLM\SOFTWARE\Klinik\Orbis\`}) + fmt.Sprint(m.Uint32())})
}

func (m maker) file() object {
	return m.sysmon(11, object{"Image": m.pick(programs), "CreationUtcTime": m.time(), "TargetFilename": m.pick([]string{
		`C:\Users\arzt007\AppData\Local\Temp\`, `D:\PACS\cache\study-`, `C:\LabLink\in\ORU-`, `C:\Windows\Prefetch\SVCHOST.EXE-`}) + fmt.Sprintf("%08X", m.Uint32()) +
		m.pick([]string{".tmp", ".dcm", ".hl7", ".pf", ".log", ".pdf"})})
}

func (m maker) image() object {
	return m.sysmon(7, object{"Image": m.pick(programs), "ImageLoaded": `C:\Windows\System32\` + m.pick([]string{"kernel32.dll", "ntdll.dll", "user32.dll", "combase.dll",
		"amsi.dll", "wbemprox.dll", "uxtheme.dll", "crypt32.dll", "mswsock.dll"}), "Hashes": m.hash(), "Signed": "true", "Signature": "Microsoft Windows", "SignatureStatus": "Valid",
		"Company": "Microsoft Corporation", "Product": "Microsoft® Windows® Operating System", "OriginalFileName": "library.dll"})
}

func (m maker) dns() object {
	return m.sysmon(22, object{"Image": m.pick(programs), "QueryStatus": "0", "QueryResults": fmt.Sprintf("::ffff:10.1.%d.%d;", m.IntN(256), m.IntN(256)),
		"QueryName": fmt.Sprintf("%s%d.%s", m.pick([]string{"pacs", "srv", "update", "mail", "cdn"}), m.IntN(99), m.pick([]string{"klinik.example", "windowsupdate.com", "hersteller.example"}))})
}

func (m maker) signin() object {
	return object{"Channel": "Security", "EventID": []int{4624, 4634, 4672, 4648}[m.IntN(4)], "Computer": m.host(), "Provider_Name": "Microsoft-Windows-Security-Auditing",
		"TimeCreated": m.time(), "TargetUserName": m.user(), "TargetDomainName": "KLINIK", "LogonType": []int{2, 3, 5, 7}[m.IntN(4)], "LogonProcessName": "Kerberos",
		"IpAddress": fmt.Sprintf("10.1.%d.%d", m.IntN(256), m.IntN(256)), "WorkstationName": m.host(), "SubjectUserSid": "S-1-5-18", "SubjectLogonId": "0x3e7", "ProcessName": "-"}
}

func (m maker) linux() object {
	image := m.pick([]string{"/usr/bin/bash", "/usr/bin/cat", "/usr/sbin/cron", "/usr/bin/python3", "/usr/lib/postgresql/16/bin/postgres", "/usr/bin/rsync"})
	return object{"Channel": "Linux-Sysmon/Operational", "EventID": 1, "Computer": m.host(), "UtcTime": m.time(), "Image": image, "User": m.pick([]string{"root", "postgres", "www-data"}),
		"CommandLine": image + fmt.Sprintf(" /opt/lab/job%d --day %s", m.IntN(99), m.time()), "ParentImage": "/usr/sbin/cron", "ParentCommandLine": "cron -f", "ProcessId": m.IntN(30000)}
}
