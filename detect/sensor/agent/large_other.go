//go:build !linux

package agent

// large gives none where the pages cannot be chosen.
func large(int) (memory []byte, closing func() error) { return nil, func() error { return nil } }

// ForgetStart does nothing where pages cannot be given back.
func ForgetStart() {}
