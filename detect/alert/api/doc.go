// Package api is what programs may ask of the alerts: the operations under
// /api/v1 and the form of their answers. It calls what package alert offers to
// pages too, and no more.
package api
