// Package attachment keeps files that a hospital adds to its incident reports:
// logs, ransom notes, screens, mails. They are hostile until proven otherwise. What
// a file is, its bytes say (format/attachment); it lies sealed in parts, is served
// as a download alone, and nobody looked for malware in it. The hospital's people
// add and remove; the country's team gets what was there when a stage was sent, and
// each time somebody takes a file out it is in the audit log.
package attachment
