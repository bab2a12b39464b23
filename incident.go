package ward

// IncidentHead is what other rooms may know of an incident that a hospital keeps:
// whose it is and how it is called, and no answer but the family that was named.
type IncidentHead struct {
	ID      string
	Number  string // "INC-2026-0001"
	Org     OrgID
	OrgName string
	Country Country
	Family  string // of ransomware, as somebody wrote it; empty while nobody did
}
