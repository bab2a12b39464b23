package csaf

// The two UUIDs of RFC 9562 that are no closed group, and the names that go
// with them (2.1 section 3.2.2.5.1).
const (
	maxUUID    = "ffffffff-ffff-ffff-ffff-ffffffffffff"
	nilUUID    = "00000000-0000-0000-0000-000000000000"
	publicName = "Public"
	nobodyName = "No sharing allowed"
)

// sharing, label and clear read how far the document may go.
func (s *subject) sharing() view { return s.path("document", "distribution", "sharing_group") }
func (s *subject) label() view   { return s.path("document", "distribution", "tlp", "label") }
func (s *subject) clear() bool   { return s.label().text() == "CLEAR" }

// maxIsPublic is 6.1.38.
func maxIsPublic(s *subject, tell say) {
	if s.sharing().says("id") == maxUUID && !s.clear() {
		tell(s.label(), "the Max UUID in a document labelled "+s.label().text())
	}
}

// publicIsMax is 6.1.39; a draft may hold the Nil UUID.
func publicIsMax(s *subject, tell say) {
	id := s.sharing().get("id")
	draft := id.text() == nilUUID && s.status == "draft"
	if s.clear() && id.exists() && id.text() != maxUUID && !draft {
		tell(id, "a sharing group in a TLP:CLEAR document")
	}
}

// groupNameReserved is 6.1.40, groupName 6.1.41.
func groupNameReserved(s *subject, tell say) {
	id, name := s.sharing().says("id"), s.sharing().get("name")
	if name.text() == publicName && id != maxUUID || name.text() == nobodyName && id != nilUUID {
		tell(name, "a reserved name: "+name.text())
	}
}

// groupName is 6.1.41.
func groupName(s *subject, tell say) {
	id, name := s.sharing().says("id"), s.sharing().get("name")
	if id == maxUUID && name.text() != publicName || id == nilUUID && name.text() != nobodyName {
		tell(name, "the reserved name is missing")
	}
}

// noMax is 6.2.28, noNil 6.2.29, noPublicGroup 6.2.30.
func noMax(s *subject, tell say) { s.noID(maxUUID, tell) }

// noNil is 6.2.29.
func noNil(s *subject, tell say) { s.noID(nilUUID, tell) }

// noID tells a sharing group that has a reserved id.
func (s *subject) noID(id string, tell say) {
	if at := s.sharing().get("id"); at.text() == id {
		tell(at, "no closed group: "+id)
	}
}

// noPublicGroup is 6.2.30: what all may read needs no group.
func noPublicGroup(s *subject, tell say) {
	if g := s.sharing(); s.clear() && g.exists() {
		tell(g, "a sharing group in a TLP:CLEAR document")
	}
}
