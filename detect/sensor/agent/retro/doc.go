// Package retro remembers what was seen in the logs of the last weeks, so that a new
// indicator is answered at once: first seen 19 days ago, on 2 hosts. The logs
// themselves may be long gone.
//
// Kept are salted hashes of addresses, names, e-mail addresses, URLs and file
// hashes, with the day and up to eight computers each; never a line and never a
// value. They lie on the hospital's disk and leave it never: without the salt, which
// lies beside them, they answer nothing, and with it only whoever names a value.
// Days and bytes are bounded; the oldest days go first.
package retro
