//go:build !unix

package watch

func nice(int) {}
