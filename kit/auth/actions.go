package auth

import "ward"

// groups puts every permission of the house into the action groups that the
// policies speak of. A permission that stands in no group is denied to all.
var groups = map[string][]ward.Permission{
	"hospital-read":       {"inventory.read", "alert.read", "channel.read", "sighting.read", "incident.read"},
	"hospital-work":       {"inventory.write", "alert.respond", "alert.mute", "ransomware.watch", "sighting.work", "sensor.send", "incident.write"},
	"group-work":          {"org.read", "person.read", "inventory.read", "inventory.write", "alert.read", "alert.respond", "alert.mute", "channel.read", "sighting.read", "sighting.work"},
	"organisation-read":   {"org.read", "person.read"},
	"organisation-manage": {"org.write", "person.write", "channel.write", "channel.read", "audit.read"},
	"national-read":       {"org.read", "person.read", "alert.read", "alert.overview", "source.read", "breakglass.read", "sighting.read", "sighting.count", "picture.exact", "ransom.count"},
	"national-work":       {"org.create", "org.write", "person.write", "alert.call", "alert.ladder", "org.verify", "notice.receive", "incident.handle", "picture.share", "receiver.write", "receiver.confirm"},
	"union-read":          {"org.read", "alert.read", "alert.overview", "source.read", "decision.read", "audit.read", "sighting.count", "incident.count", "ransom.count"},
	"centre-work":         {"org.create", "alert.ladder", "advisory.write", "advisory.delete", "source.write", "decision.write", "bulletin.read", "bulletin.write", "bulletin.approve", "org.verify", "publish.read", "publish.write", "ransomware.curate", "ransomware.release", "picture.write", "receiver.write", "receiver.confirm"},
	"second-person":       {"bulletin.approve", "ransomware.release", "receiver.confirm"},
	"community-read":      {"advisory.read"},
	"picture-read":        {"picture.read"},
	"picture-watch":       {"picture.watch"},
	"auditor-read":        {"publish.read", "org.read", "alert.read", "alert.overview", "source.read", "decision.read", "audit.read"},
	"operator-work":       {"publish.read", "publish.write", "org.read", "org.create", "person.read", "person.write", "source.read", "job.read", "job.write", "audit.verify", "system.read"},
	"self":                {"account.self", "session.end"},
	"break-glass":         {"breakglass.read", "breakglass.write", "incident.card"},
	"contact-answer":      {"alert.acknowledge"},
	"coordination":        {"disclosure.read", "disclosure.write"},
	"confidence":          {"disclosure.private"},
	"maker-report":        {"disclosure.report"},
	"detection-keep":      {"detection.write", "detection.publish"},
	"detection-read":      {"detection.read"},
	"ransom-circle":       {"ransom.circle"},
	"ransom-record":       {"ransom.read", "ransom.write"},
	"shared-read":         {"ransom.receive"},
	"forwarded-read":      {"incident.forwarded"},
	"reporter-answer":     {"disclosure.follow", "incident.follow"},
}

// Permissions lists every permission that some policy may grant, unsorted and
// without repeats.
func Permissions() []ward.Permission {
	seen := map[ward.Permission]bool{}
	var out []ward.Permission
	for _, list := range groups {
		for _, p := range list {
			if !seen[p] {
				seen[p] = true
				out = append(out, p)
			}
		}
	}
	return out
}

// clearance is the narrowest marking that a role may read (TLP 2.0): the
// community reads GREEN, organisations that work with us AMBER, national CSIRTs
// AMBER+STRICT, the Centre RED. An operator reads only what is public.
var clearance = map[ward.Role]ward.TLP{
	ward.RoleMember:   ward.TLPAmber,
	ward.RoleManager:  ward.TLPAmber,
	ward.RoleCSIRT:    ward.TLPAmberStrict,
	ward.RoleCentre:   ward.TLPRed,
	ward.RoleMaker:    ward.TLPGreen,
	ward.RoleAuditor:  ward.TLPAmber,
	ward.RoleOperator: ward.TLPClear,
	ward.RoleContact:  ward.TLPAmber, // of an organisation; what a mail or its page says is cut further
}

// Clearance tells which marking a's hat may read; a visitor reads CLEAR.
func Clearance(a ward.Actor) ward.TLP {
	if c, ok := clearance[a.Role]; ok {
		return c
	}
	return ward.TLPClear
}
