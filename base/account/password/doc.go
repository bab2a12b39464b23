// Package password says which passwords will do, and makes and compares what is
// stored of them. It knows no account: who may try how often is the service's rule.
package password
