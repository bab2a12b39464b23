// Package webhook keeps the addresses that an organisation wants called, and calls
// them: signed after Standard Webhooks 1.0, through the guarded dialer, up to the
// marking that their owner set. What is told, and when again, package alert decides.
// Secrets lie sealed with a key that is not in the database. It owns alert_webhook.
package webhook
