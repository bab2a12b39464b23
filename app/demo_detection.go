package app

import (
	"context"
	"time"

	"ward"
	"ward/base/registry"
	"ward/detect/sensor"
	"ward/format/detection"
)

// demoList are indicators that nobody has: names and addresses that are kept
// for documentation (RFC 2606, RFC 5737).
const demoList = `# Training: nothing of this exists
update-check.example
files.update-check.example
198.51.100.23
203.0.113.77
275a021bbfb6489e54d471899f7dd9f1663fc695ec2fe2a2c4538aabf651fd0f
`

// demoRules are two Sigma rules of our own for what ransomware does first.
const demoRules = `title: "Training: shadow copies are deleted"
id: 5b1f3c60-2f60-4c0e-9d52-6a7c1b1f0a01
status: test
author: Ward (training)
level: critical
tags:
    - attack.t1490
logsource:
    product: windows
    category: process_creation
detection:
    selection:
        CommandLine|contains|all:
            - 'vssadmin'
            - 'delete shadows'
    condition: selection
---
title: "Training: an archive of images is read by night"
id: 5b1f3c60-2f60-4c0e-9d52-6a7c1b1f0a02
status: test
author: Ward (training)
level: medium
logsource:
    product: windows
    category: process_creation
detection:
    selection:
        Image|endswith: '\rclone.exe'
    condition: selection
`

// demoDetection gives out a collection of the Centre and one of a national team,
// and lets two hospitals see something of it; done again it changes nothing.
func (a *App) demoDetection(ctx context.Context, orgs []registry.NewOrganisation, ids []ward.OrgID) error {
	have, err := a.rooms.sensor.List(ctx, system)
	if err != nil {
		return err
	}
	for i, o := range orgs {
		if len(have) > 0 { // a house that was filled before
			break
		}
		as := system
		as.Org, as.Country, as.Role = ids[i], o.Country, ward.RoleCentre
		h := sensor.Head{Title: "Training: addresses of a loader", Summary: "This is training. A loader asks these addresses for its next part.",
			Advice: "Take the computer off the network, leave it switched on, and call your IT.", Source: "HSC training", Lang: ward.English, TLP: ward.TLPGreen, Severity: ward.SeverityHigh}
		switch {
		case o.Kind == ward.KindCentre:
			err = a.demoCollection(ctx, as, h, sensor.Indicator, demoList)
		case o.Kind == ward.KindCSIRT:
			as.Role = ward.RoleCSIRT
			h.Title, h.Summary, h.TLP = "Training: what ransomware does first", "This is training. It deletes copies, and takes files away, before it encrypts.", ward.TLPAmber
			err = a.demoCollection(ctx, as, h, sensor.Rule, demoRules)
		}
		if err != nil {
			return err
		}
	}
	seen := 0
	for i, o := range orgs {
		if o.Kind == ward.KindHospital && seen < 2 {
			seen++
			as := system
			as.Org, as.Country, as.Kind, as.Role = ids[i], o.Country, o.Kind, ward.RoleManager
			if err := a.demoHits(ctx, as); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *App) demoCollection(ctx context.Context, as ward.Actor, h sensor.Head, kind sensor.Kind, text string) error {
	svc := a.rooms.sensor
	id, err := svc.Create(ctx, as, h)
	if err != nil {
		return err
	}
	if _, err := svc.Add(ctx, as, id, kind, "training", []byte(text)); err != nil {
		return err
	}
	if err := svc.Submit(ctx, as, id); err != nil {
		return err
	}
	as.Person, as.Name = demoApprover.Person, demoApprover.Name
	return svc.Publish(ctx, as, id, 0)
}

// demoHits are what a sensor of a hospital sends.
func (a *App) demoHits(ctx context.Context, as ward.Actor) error {
	at := a.cfg.Clock().UTC()
	u := detection.Upload{Version: detection.Version, Sensor: detection.Sensor{ID: "training-sensor", Version: a.cfg.Version}, Batch: "training", Hits: []detection.Hit{
		{Time: at.Add(-5 * time.Hour), Subject: "radiology-pc-3", Kind: detection.KindIndicator, Type: "domain", Indicator: "update-check.example", Count: 12,
			Fields: map[string]string{"query": "a7.update-check.example", "client": "10.20.3.7"}},
		{Time: at.Add(-3 * time.Hour), Subject: "radiology-pc-3", Kind: detection.KindIndicator, Type: "ipv4", Indicator: "198.51.100.23", Count: 2,
			Fields: map[string]string{"dest_ip": "198.51.100.23", "dest_port": "443"}},
		{Time: at.Add(-2 * time.Hour), Subject: "file-server-1", Kind: detection.KindRule, RuleID: "5b1f3c60-2f60-4c0e-9d52-6a7c1b1f0a01", Title: "Training: shadow copies are deleted",
			Level: "critical", Count: 1, Fields: map[string]string{"CommandLine": "vssadmin delete shadows /all /quiet"}}}}
	body, err := u.Encode()
	if err == nil {
		_, err = a.rooms.sensor.Receive(ctx, as, body)
	}
	if err != nil {
		return err
	}
	health := detection.Health{Version: detection.Version, Sensor: u.Sensor, UptimeSeconds: 86_400, Lines: 1_240_000, Hits: 15,
		Sources: []detection.Source{{Kind: "file", State: detection.StateOK}, {Kind: "syslog", State: detection.StateOK}}}
	if body, err = health.Encode(); err != nil {
		return err
	}
	return a.rooms.sensor.Report(ctx, as, body)
}
