package cve

import (
	"sync"

	"ward/format/problem/shape"
)

var shapes = sync.OnceValues(func() (*shape.Set, error) { return shape.Compile(rules, "") })

// rules are the record format's constraints in our notation, after
// CVE_Record_Format 5.0 to 5.2. Members that are not read stay open, since
// each minor version adds some.
const rules = `
record = published ^ rejected
published = { dataType: enum(CVE_RECORD) dataVersion: /^5\.(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))?$/
	cveMetadata: publishedMeta containers: { cna: cna adp?: [adp](1..) } * }
rejected = { dataType: enum(CVE_RECORD) dataVersion: /^5\.(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))?$/
	cveMetadata: rejectedMeta containers: { cna: rejectedCNA } * }
publishedMeta = { cveId: cveId assignerOrgId: id state: enum(PUBLISHED) datePublished?: time dateUpdated?: time dateReserved?: time * }
rejectedMeta = { cveId: cveId assignerOrgId: id state: enum(REJECTED) datePublished?: time dateUpdated?: time dateRejected?: time * }
cveId = /^CVE-[0-9]{4}-[0-9]{4,19}$/
id = @uuid
time = /^((2000|2400|2800|(19|2[0-9](0[48]|[2468][048]|[13579][26])))-02-29|[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?$/
provider = { orgId: id shortName?: str(2..32) dateUpdated?: time * }
text = { lang: /^[A-Za-z]{2,4}([_-].*)?$/ value: str(1..4096) * }
cna = { providerMetadata: provider descriptions: [text](1..) affected: [affected](1..) references: [reference](1..512)
	title?: str(1..256) datePublic?: time metrics?: [metric](1..) problemTypes?: [problemType](1..) * }
rejectedCNA = { providerMetadata: provider rejectedReasons: [text](1..) replacedBy?: [cveId](1..) * }
adp = { providerMetadata: provider title?: str(1..256) descriptions?: [text](1..) affected?: [affected](1..)
	references?: [reference](1..512) metrics?: [metric](1..) problemTypes?: [problemType](1..) * }
reference = { url: @uri name?: str(1..512) tags?: [str] * }
problemType = { descriptions: [{ lang: str description: str(1..4096) cweId?: /^CWE-[1-9][0-9]*$/ * }](1..) * }
affected = { vendor?: str(1..512) product?: str(1..2048) packageName?: str(1..2048) collectionURL?: @uri packageURL?: /^pkg:/
	defaultStatus?: status cpes?: [str(1..2048)] versions?: [version](1..) * }
	& (has(vendor product) | has(collectionURL packageName) | has(packageURL))
	& (has(versions) | has(defaultStatus))
version = { version: str(1..1024) status: status versionType?: str(1..128) lessThan?: str(1..1024) lessThanOrEqual?: str(1..1024) * }
	& !has(lessThan lessThanOrEqual)
status = enum(affected unaffected unknown)
metric = { cvssV2_0?: cvss cvssV3_0?: cvss3 cvssV3_1?: cvss3 cvssV4_0?: cvss4 * }
	& (has(cvssV2_0) | has(cvssV3_0) | has(cvssV3_1) | has(cvssV4_0) | has(other))
cvss = { version: enum("2.0") vectorString: str(1..) baseScore: num(0..10) * }
cvss3 = { version: enum("3.0" "3.1") vectorString: /^CVSS:3[.][01]\// baseScore: num(0..10) baseSeverity: severity * }
cvss4 = { version: enum("4.0") vectorString: /^CVSS:4[.]0\// baseScore: num(0..10) baseSeverity: severity * }
severity = enum(NONE LOW MEDIUM HIGH CRITICAL)
`
