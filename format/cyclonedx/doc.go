// Package cyclonedx reads and checks CycloneDX bills of materials (ECMA-424),
// editions 1.2 to 1.7, in JSON and XML. The rules lie in the folder rules as
// text; semantic rules that no schema can express (unique references) are in
// Go. Protobuf is not read.
package cyclonedx
