// Package recognise tells by content what an outside file is, and checks every
// format that the house reads. A file's name decides nothing but the case of a
// plain text that could be a table.
package recognise

// Kind is a format.
type Kind string

const (
	Unknown        Kind = "unknown"
	CSAF           Kind = "csaf"
	CSAFProvider   Kind = "csaf-provider-metadata"
	CSAFAggregator Kind = "csaf-aggregator"
	ROLIE          Kind = "rolie" // feed, service or category document
	CycloneDXJSON  Kind = "cyclonedx-json"
	CycloneDXXML   Kind = "cyclonedx-xml"
	SPDXJSON       Kind = "spdx-json"
	SPDXTagValue   Kind = "spdx-tagvalue"
	SPDX3          Kind = "spdx3-json" // recognised and refused
	OpenVEX        Kind = "openvex"
	VEXIndex       Kind = "vex-index" // index or manifest of a VEX repository: no statements
	CISAKEV        Kind = "cisa-kev"
	EUKEV          Kind = "eu-kev"
	EPSS           Kind = "epss"
	CVE5           Kind = "cve5"
	OSV            Kind = "osv"          // recognised only
	STIX           Kind = "stix"         // recognised only
	MISP           Kind = "misp"         // recognised only
	CACAO          Kind = "cacao"        // recognised only
	CSAFListing    Kind = "csaf-listing" // index.txt or changes.csv of a CSAF folder: recognised only
	Signature      Kind = "signature"    // OpenPGP signature or key, or a hash file, beside a document
	SheetCSV       Kind = "sheet-csv"
	SheetXLSX      Kind = "sheet-xlsx"
)

// Read says whether the house reads the kind, so that Check says more of it
// than its name.
func (k Kind) Read() bool {
	switch k {
	case Unknown, VEXIndex, OSV, STIX, MISP, CACAO, SPDX3, CSAFListing, Signature:
		return false
	}
	return true
}
