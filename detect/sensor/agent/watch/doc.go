// Package watch is the sensor: it follows what Settings name, looks at each line
// with the bundle of its Centre and with the hospital's own lists, and hands what
// it finds to the spool and from there to the Centre.
//
// One goroutine reads and looks, so that a sensor takes one processor at most.
// Others pull, send and tell; they never hold it up. It fails open: what goes
// wrong is named in the status and tried again, and nobody else waits for it.
package watch
