package redact

import (
	"strings"

	"ward/format/pattern"
)

// segment finds the start of an HL7 v2 segment that may name somebody. Logs
// write the carriage return between segments in many ways.
var segment = pattern.Of(`(?:^|[\s"'>\x0b\x1c\\rn^M|~\]])(PID|PD1|NK1|PV1|GT1|IN1|IN2|MRG|OBR|OBX|ORC|EVN|STF|TXA|ROL|NTE)\|`)

// segmentEnd is what ends one: the carriage return, itself or written out.
var segmentEnd = pattern.Of(`[\r\n\x1c]|\\r|\\n|\\x0d|\\u000d|<CR>|<0x0D>|\^M(?:$|[A-Z][A-Z0-9]{2}\|)|(?:PID|PD1|NK1|PV1|PV2|GT1|IN1|IN2|MRG|OBR|OBX|ORC|EVN|NTE|AL1|DG1|ZBE)\|`)

// segments are the fields that name or number a person (HL7 v2.5.1, chapters 3,
// 4, 6, 7, 9 and 15), by segment and number.
var segments = map[string]map[int]Kind{
	"PID": {2: Patient, 3: Patient, 4: Patient, 5: Person, 6: Person, 7: Birth, 9: Person, 11: Address, 13: Phone, 14: Phone, 18: Patient, 19: Number, 20: Number, 21: Patient, 23: Address},
	"PD1": {4: Person},
	"NK1": {2: Person, 4: Address, 5: Phone, 6: Phone, 16: Birth, 30: Person, 31: Phone, 32: Address, 33: Patient, 37: Number},
	"PV1": {5: Patient, 7: Person, 8: Person, 9: Person, 17: Person, 19: Patient, 50: Patient, 52: Person},
	"GT1": {2: Patient, 3: Person, 4: Person, 5: Address, 6: Phone, 7: Phone, 8: Birth, 12: Number, 19: Number},
	"IN1": {2: Number, 16: Person, 18: Birth, 19: Address, 36: Number, 49: Number},
	"IN2": {1: Number, 2: Number, 3: Person, 6: Number, 8: Number},
	"MRG": {1: Patient, 2: Patient, 3: Patient, 4: Patient, 5: Patient, 6: Patient, 7: Person},
	"OBR": {10: Person, 16: Person, 17: Phone, 28: Person, 32: Person, 33: Person, 34: Person, 35: Person},
	"OBX": {16: Person},
	"ORC": {10: Person, 11: Person, 12: Person, 14: Phone, 19: Person},
	"EVN": {5: Person},
	"STF": {2: Patient, 3: Person, 6: Birth, 10: Phone, 11: Address},
	"TXA": {5: Person, 9: Person, 10: Person, 11: Person},
	"ROL": {4: Person},
	"NTE": {3: Patient}, // a comment in running text
}

// hl7 finds the fields of HL7 messages that name somebody.
func hl7(s string) []span {
	if !strings.Contains(s, "|") {
		return nil
	}
	var out []span
	for _, m := range segment().FindAllStringSubmatchIndex(s, -1) {
		fields := segments[s[m[2]:m[3]]]
		body := s[m[1]:]
		if end := segmentEnd().FindStringIndex(body); end != nil {
			body = body[:end[0]]
		}
		from := m[1]
		for i, field := range strings.Split(body, "|") {
			if kind, named := fields[i+1]; named && strings.Trim(field, `"~^& `) != "" {
				out = append(out, span{from, from + len(strings.TrimRight(field, " \"'")), kind})
			}
			from += len(field) + 1
		}
	}
	return out
}

// dicomNames is a person's name in DICOM's form (PS3.5, 6.2.1): parts joined by
// carets, also in three scripts joined by equals signs.
var dicomNames = pattern.Of(`[\pL][\pL'’. -]*\pL\^\pL[\pL'’. -]*(?:\^[\pL'’. -]*){0,3}(?:=[\pL'’ -]+\^[\pL^'’ -]+){0,2}`)

// dicomTag is a line of a dump: (0010,0020) LO [4711] # PatientID.
var dicomTag = pattern.Of(`\(([0-9A-Fa-f]{4}),\s?([0-9A-Fa-f]{4})\)[^\[\n(]{0,40}\[([^\]\n]{1,256})\]`)

// dicomTags are the attributes of PS3.6 that name or number a person.
var dicomTags = map[string]Kind{
	"00100010": Person, "00100020": Patient, "00100021": Patient, "00100024": Patient, "00100030": Birth, "00100032": Birth, "00100050": Number, "00101000": Patient, "00101001": Person,
	"00101005": Person, "00101040": Address, "00101060": Person, "00101090": Number, "00102154": Phone, "00102160": Person, "001021b0": Patient, "00104000": Patient,
	"00080050": Patient, "00080080": Address, "00080081": Address, "00080090": Person, "00080092": Address, "00080094": Phone, "00081048": Person, "00081049": Person,
	"00081050": Person, "00081052": Person, "00081060": Person, "00081070": Person, "00321032": Person, "00321033": Address, "00380010": Patient, "00380060": Patient,
	"00400006": Person, "0040a075": Person, "0040a123": Person, "00402008": Person, "00402010": Phone,
}

// dicom finds names and tagged values of DICOM.
func dicom(s string) []span {
	var out []span
	if strings.Contains(s, "^") {
		for _, m := range dicomNames().FindAllStringIndex(s, -1) {
			if end := nameEnd(s, m[0], m[1]); end > 0 {
				out = append(out, span{m[0], end, Person})
			}
		}
	}
	for _, m := range dicomTag().FindAllStringSubmatchIndex(s, -1) {
		if kind, named := dicomTags[strings.ToLower(s[m[2]:m[3]]+s[m[4]:m[5]])]; named {
			out = append(out, span{m[6], m[7], kind})
		}
	}
	return out
}

// nameEnd takes back a last word that is the name of the next value ("Giulia
// PatientID="), and gives 0 for codes such as ADT^A01, which look like names up
// to the digit.
func nameEnd(s string, from, to int) int {
	if to == len(s) || s[to] != '=' && (s[to] < '0' || s[to] > '9') {
		return to
	}
	if i := strings.LastIndexByte(s[from:to], ' '); i > strings.LastIndexByte(s[from:to], '^') {
		return from + i
	}
	return 0
}
