package pages

import (
	"time"

	"ward"
	"ward/kit/i18n"
	"ward/kit/web"
)

// mute puts the reminders of an alert off until the morning of a day.
func (h handler) mute(c *web.Call) error {
	t := typed{Until: c.Form("mute_until"), MuteReason: c.Form("mute_reason"), Muting: true}
	err := h.svc.Mute(c.Context(), c.Actor, ward.AlertID(c.Path("id")), morningOf(t.Until, i18n.ZoneOf(c.Actor.Country)), t.MuteReason)
	if err != nil {
		return h.refused(c, err, "mute_", t)
	}
	return c.See(path(c), "alert.mute.done")
}

func (h handler) unmute(c *web.Call) error {
	if err := h.svc.Unmute(c.Context(), c.Actor, ward.AlertID(c.Path("id"))); err != nil {
		return err
	}
	return c.See(path(c), "alert.unmute.done")
}

// morningOf is when offices have opened on a day (2026-11-22); zero, which is
// past, for what is no day.
func morningOf(day string, zone *time.Location) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil {
		return time.Time{}
	}
	return time.Date(t.Year(), t.Month(), t.Day(), morning, 0, 0, 0, zone).UTC()
}
