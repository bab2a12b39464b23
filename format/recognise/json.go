package recognise

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// facts is what the members at the top of a JSON document tell.
type facts struct {
	names   map[string]bool
	texts   map[string]string // of string members
	inner   map[string]bool   // "document/csaf_version": members of object members, and of the first element of arrays
	version string            // document/csaf_version's text
}

// jsonKind reads members until they decide. What is cut off or broken is
// judged by what came before.
func jsonKind(text []byte) (Kind, string) {
	f := facts{names: map[string]bool{}, texts: map[string]string{}, inner: map[string]bool{}}
	dec := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	first, err := dec.ReadToken()
	if err != nil {
		return Unknown, ""
	}
	if first.Kind() == '[' {
		f.look(dec, "[]")
		return f.arrayKind(), ""
	}
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			break
		}
		member := name.String()
		f.names[member] = true
		ok := f.look(dec, member)
		if k, v := f.kind(); k != Unknown {
			return k, v
		}
		if !ok {
			break
		}
	}
	return f.last()
}

// look takes note of one value and moves behind it; false if it cannot.
func (f *facts) look(dec *jsontext.Decoder, member string) bool {
	depth := dec.StackDepth()
	switch dec.PeekKind() {
	case '"':
		tok, err := dec.ReadToken()
		if err != nil {
			return false
		}
		f.texts[member] = tok.String()
		return true
	case '{':
		return f.members(dec, member, depth)
	case '[':
		if _, err := dec.ReadToken(); err != nil {
			return false
		}
		if dec.PeekKind() == '{' && !f.members(dec, member, depth+1) {
			return false
		}
		return leave(dec, depth)
	}
	return dec.SkipValue() == nil
}

// members notes the names in an object, at most 50 of them.
func (f *facts) members(dec *jsontext.Decoder, member string, depth int) bool {
	if _, err := dec.ReadToken(); err != nil {
		return false
	}
	for range 50 {
		if dec.PeekKind() != '"' {
			break
		}
		name, err := dec.ReadToken()
		if err != nil {
			return false
		}
		key := member + "/" + name.String()
		f.inner[key] = true
		if key == "document/csaf_version" && dec.PeekKind() == '"' {
			if tok, err := dec.ReadToken(); err == nil {
				f.version = tok.String()
				return leave(dec, depth)
			}
			return false
		}
		if dec.SkipValue() != nil {
			return false
		}
	}
	return leave(dec, depth)
}

// leave reads on until the decoder is back at depth.
func leave(dec *jsontext.Decoder, depth int) bool {
	for dec.StackDepth() > depth {
		if _, err := dec.ReadToken(); err != nil {
			return false
		}
	}
	return true
}

// arrayKind judges a document that is an array, by its first element.
func (f *facts) arrayKind() Kind {
	switch {
	case f.inner["[]/cveID"] && (f.inner["[]/euvdID"] || f.inner["[]/dateReported"] || f.inner["[]/originSource"]):
		return EUKEV
	case f.inner["[]/cveId"] && f.inner["[]/sources"] && f.inner["[]/dateAdded"]: // ENISA's dump of both catalogues
		return EUKEV
	case f.inner["[]/Event"]:
		return MISP
	case f.inner["[]/type"] && f.inner["[]/spec_version"] && f.inner["[]/id"]:
		return STIX
	}
	return Unknown
}

// kind decides as soon as one member leaves no doubt.
func (f *facts) kind() (Kind, string) {
	context := f.texts["@context"]
	switch {
	case f.inner["document/csaf_version"]:
		return CSAF, f.version
	case f.texts["bomFormat"] == "CycloneDX" && f.names["specVersion"]:
		return CycloneDXJSON, f.texts["specVersion"]
	case f.names["spdxVersion"]:
		return SPDXJSON, strings.TrimPrefix(f.texts["spdxVersion"], "SPDX-")
	case strings.Contains(context, "spdx.org/rdf/3"), strings.Contains(context, "spdx.github.io/spdx-spec/v3"):
		return SPDX3, "3"
	case strings.HasPrefix(context, "https://openvex.dev/ns"):
		return OpenVEX, strings.TrimPrefix(strings.TrimPrefix(context, "https://openvex.dev/ns"), "/v")
	case f.names["aggregator_version"]:
		return CSAFAggregator, f.texts["aggregator_version"]
	case f.names["canonical_url"] && f.names["metadata_version"]:
		return CSAFProvider, f.texts["metadata_version"]
	case f.texts["dataType"] == "CVE_RECORD" && f.names["dataVersion"], f.names["cveMetadata"]:
		return CVE5, f.texts["dataVersion"]
	case f.inner["vulnerabilities/cveID"]:
		return CISAKEV, f.texts["catalogVersion"]
	case f.inner["feed/entry"], f.inner["feed/category"], f.inner["service/workspace"], f.inner["categories/category"]:
		return ROLIE, ""
	case f.texts["type"] == "playbook" && f.names["spec_version"], f.texts["type"] == "playbook-template":
		return CACAO, f.texts["spec_version"]
	case f.texts["type"] == "bundle" && f.names["objects"], f.names["type"] && f.names["spec_version"] && f.names["id"]:
		return STIX, f.texts["spec_version"]
	case f.inner["Event/info"], f.inner["Event/uuid"], f.inner["response/Event"]:
		return MISP, ""
	case f.names["id"] && f.names["modified"] && f.names["affected"]:
		return OSV, f.texts["schema_version"]
	}
	return Unknown, ""
}

// last judges a document that ended, or broke, before it was clear.
func (f *facts) last() (Kind, string) {
	switch {
	case f.names["bomFormat"]:
		return CycloneDXJSON, f.texts["specVersion"]
	case f.inner["document/tracking"], f.inner["document/publisher"] && f.inner["document/category"]:
		return CSAF, ""
	case f.names["catalogVersion"] && (f.names["vulnerabilities"] || f.names["dateReleased"]):
		return CISAKEV, f.texts["catalogVersion"]
	case f.names["metadata_version"], f.names["canonical_url"] && f.names["publisher"]:
		return CSAFProvider, f.texts["metadata_version"]
	case f.texts["dataType"] == "CVE_RECORD":
		return CVE5, f.texts["dataVersion"]
	case f.names["schema_version"] && f.names["id"]:
		return OSV, f.texts["schema_version"]
	case f.names["Event"], f.names["response"]:
		return MISP, ""
	case f.names["ID"] && f.inner["Sources/Path"], f.inner["versions/spec_version"], f.inner["packages/location"]:
		return VEXIndex, ""
	}
	return Unknown, ""
}
