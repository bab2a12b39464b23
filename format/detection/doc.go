// Package detection is the agreement between a Centre and the sensors of
// hospitals: what comes down (a signed bundle of indicators, rules and warning
// lists), what goes up (hits with the least fields, and counts), and how both are
// written. docs/sensor.md tells it to people.
//
//	GET  BundlePath   the bundle; ETag, and SignatureHeader over its exact bytes
//	GET  KeyPath      the key that it is signed with; pinned when a sensor is enrolled
//	POST HitsPath     Upload, answered by Answer; gzip is allowed
//	POST HealthPath   Health, answered by 204
//
// All need a token of the hospital with the scope Scope. A sensor believes
// nothing but what its pinned key signed: who holds the line, or the Centre's web
// server alone, can keep a bundle back and never invent one.
//
// What a sensor acts on, the bundle, is strict: an unknown field is an error, as it
// may change what the others mean, and a new meaning has a new version. Reports and
// answers are read leniently, because either side may be older than the other; a
// field that is added to them must leave the others true.
package detection
