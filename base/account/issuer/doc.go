// Package issuer is this house as a client of outside services that sign people
// in (OpenID Connect Core 1.0, code flow with PKCE): it asks, and checks what comes
// back. It knows no account: whose an identity is, the service decides.
package issuer
