package logline

import (
	"slices"
	"strings"
)

// windowsParts are the ways in which programs nest the parts of a Windows
// event. What stands below them is an event's own field.
var windowsParts = [...]string{
	"Event.EventData.", "Event.System.", "Event.RenderingInfo.", // evtx_dump, XML turned into JSON
	"winlog.event_data.", "winlog.", // Winlogbeat
	"EventData.", "System.", "event_data.", "Details.", "ExtraFieldInfo.", "AllFieldInfo.", // others, Hayabusa
}

// windowsNames are names that other programs gave to what an event itself calls
// by another name, which is the one that Sigma rules use.
var windowsNames = map[string]string{
	"channel": "Channel", "event_id": "EventID", "provider_name": "Provider_Name", "computer_name": "Computer", "record_id": "EventRecordID",
	"SourceName": "Provider_Name", "Hostname": "Computer", "ComputerName": "Computer", "RecordNumber": "EventRecordID", "LogName": "Channel",
	"RecordID": "EventRecordID", "EventId": "EventID", "Provider": "Provider_Name", "ProviderName": "Provider_Name", "LogFile": "Channel", "MachineName": "Computer",
}

// attributes is how programs write an XML attribute or text in JSON.
var attributes = strings.NewReplacer(".#attributes.", "_", ".@attributes.", "_", "._attributes.", "_", "_attributes.", "_", ".@", "_", ".$.", "_", ".#text", "", "._text", "", ".text", "")

// windowsName turns a dotted name of a JSON layout into the event's own name:
// Event.System.Provider.#attributes.Name becomes Provider_Name. The event's
// UserData has one element of any name around its fields, which is left out.
func windowsName(name string) string {
	name = attributes.Replace(name)
	for _, part := range windowsParts {
		if rest, ok := strings.CutPrefix(name, part); ok {
			name = rest
			break
		}
	}
	for _, part := range [...]string{"Event.UserData.", "UserData.", "user_data."} {
		if rest, ok := strings.CutPrefix(name, part); ok {
			if _, field, nested := strings.Cut(rest, "."); nested {
				rest = field
			}
			name = rest
			break
		}
	}
	if own, ok := windowsNames[name]; ok {
		return own
	}
	return name
}

// named gives the values of a list of {"@Name": …, "#text": …}, as XML becomes JSON
// by rote, the names that stand beside them. One without a text is empty.
func named(rec *Record, names *names) {
	label := func(f *Field) bool { return f.Name == "Data_Name" || f.Name == "Data.Name" }
	first := slices.IndexFunc(rec.Fields, func(f Field) bool { return label(&f) || f.Name == "Data" })
	if first < 0 || !slices.ContainsFunc(rec.Fields, func(f Field) bool { return label(&f) }) {
		return
	}
	before := label(&rec.Fields[first]) // the name stands before the value
	kept := rec.Fields[:first]
	for i := first; i < len(rec.Fields); i++ {
		f := rec.Fields[i]
		var next *Field
		if i+1 < len(rec.Fields) {
			next = &rec.Fields[i+1]
		}
		switch pair := next != nil && (before && next.Name == "Data" || !before && label(next)); {
		case before && label(&f) && pair:
			f, i = Field{names.of(f.Value), next.Value}, i+1
		case !before && f.Name == "Data" && pair:
			f, i = Field{names.of(next.Value), f.Value}, i+1
		case label(&f):
			f = Field{names.of(f.Value), []byte{}}
		}
		kept = append(kept, f)
	}
	rec.Fields = kept
}
