// Package claim keeps what the newest revisions of advisories claim of products:
// packed in the table advisory_index, and in memory, where it answers which of
// them concern a product. Its counters tell each replica when its memory is old.
package claim
