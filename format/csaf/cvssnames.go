package csaf

import "strings"

// metricName pairs a property of a CVSS schema with the short name of the
// vector. The tables are in the order of the vectors.
type metricName struct{ property, short string }

// metricNames are the tables by member; that of CVSS 3 holds for 3.0 and 3.1.
var metricNames = map[string][]metricName{
	"cvss_v2": names("accessVector AV accessComplexity AC authentication Au confidentialityImpact C integrityImpact I availabilityImpact A " +
		"exploitability E remediationLevel RL reportConfidence RC collateralDamagePotential CDP targetDistribution TD " +
		"confidentialityRequirement CR integrityRequirement IR availabilityRequirement AR"),
	"cvss_v3": names("attackVector AV attackComplexity AC privilegesRequired PR userInteraction UI scope S confidentialityImpact C " +
		"integrityImpact I availabilityImpact A exploitCodeMaturity E remediationLevel RL reportConfidence RC confidentialityRequirement CR " +
		"integrityRequirement IR availabilityRequirement AR modifiedAttackVector MAV modifiedAttackComplexity MAC modifiedPrivilegesRequired MPR " +
		"modifiedUserInteraction MUI modifiedScope MS modifiedConfidentialityImpact MC modifiedIntegrityImpact MI modifiedAvailabilityImpact MA"),
	"cvss_v4": names("attackVector AV attackComplexity AC attackRequirements AT privilegesRequired PR userInteraction UI " +
		"vulnConfidentialityImpact VC vulnIntegrityImpact VI vulnAvailabilityImpact VA subConfidentialityImpact SC subIntegrityImpact SI " +
		"subAvailabilityImpact SA exploitMaturity E confidentialityRequirement CR integrityRequirement IR availabilityRequirement AR " +
		"modifiedAttackVector MAV modifiedAttackComplexity MAC modifiedAttackRequirements MAT modifiedPrivilegesRequired MPR " +
		"modifiedUserInteraction MUI modifiedVulnConfidentialityImpact MVC modifiedVulnIntegrityImpact MVI modifiedVulnAvailabilityImpact MVA " +
		"modifiedSubConfidentialityImpact MSC modifiedSubIntegrityImpact MSI modifiedSubAvailabilityImpact MSA Safety S Automatable AU " +
		"Recovery R valueDensity V vulnerabilityResponseEffort RE providerUrgency U"),
}

// names reads "property short property short".
func names(list string) []metricName {
	words := strings.Fields(list)
	out := make([]metricName, 0, len(words)/2)
	for i := 0; i+1 < len(words); i += 2 {
		out = append(out, metricName{words[i], words[i+1]})
	}
	return out
}

// longer are the values that CVSS 2.0 writes with more than their first letter.
var longer = map[string]string{"NOT_DEFINED": "ND", "PROOF_OF_CONCEPT": "POC", "OFFICIAL_FIX": "OF", "TEMPORARY_FIX": "TF",
	"UNCONFIRMED": "UC", "UNCORROBORATED": "UR", "LOW_MEDIUM": "LM", "MEDIUM_HIGH": "MH"}

// shortValue is a schema's value as the vector writes it.
func shortValue(member, long string) string {
	if member == "cvss_v2" && longer[long] != "" {
		return longer[long]
	}
	switch long {
	case "":
		return ""
	case "NOT_DEFINED":
		return "X"
	case "CLEAR", "GREEN", "AMBER", "RED": // provider urgency of CVSS 4.0
		return long[:1] + strings.ToLower(long[1:])
	}
	return long[:1]
}

// vectorMetrics reads what a vector names.
func vectorMetrics(vector string) map[string]string {
	given := map[string]string{}
	for part := range strings.SplitSeq(vector, "/") {
		if name, value, ok := strings.Cut(part, ":"); ok && name != "CVSS" {
			given[name] = value
		}
	}
	return given
}

// completed adds to a vector the properties of its object that it does not
// name, in the vector's order; without any it is the vector itself.
func completed(c view, vector string) string {
	given, added := vectorMetrics(vector), false
	var parts []string
	if head, _, ok := strings.Cut(vector, "/"); ok && strings.HasPrefix(head, "CVSS:") {
		parts = append(parts, head)
	}
	for _, m := range metricNames[c.key] {
		value := given[m.short]
		if stated := c.get(m.property).text(); value == "" && stated != "" {
			value, added = shortValue(c.key, stated), true
		}
		if value != "" {
			parts = append(parts, m.short+":"+value)
		}
	}
	if !added {
		return vector
	}
	return strings.Join(parts, "/")
}
