// Package client is how a sensor speaks with its Centre: it pulls the signed
// bundle, sends hits and counts, and waits longer each time that fails. It asks
// through kit/fetch, so that neither a name nor a redirect leads elsewhere, and
// everything that comes back is bounded: a Centre may be down, slow or hostile.
package client
