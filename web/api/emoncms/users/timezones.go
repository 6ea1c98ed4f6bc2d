package users

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/weirhq/weir/web/api/emoncms"
)

// zoneNames are the zones of the IANA database that stand for a place, and UTC.
//
//go:embed zones.txt
var zoneNames string

// timezones tells what the clocks of the world show.
type timezones struct {
	profiles Profiles
	zones    emoncms.Zones
	all      func() []*time.Location // loaded when somebody asks
}

func newTimezones(profiles Profiles, zones emoncms.Zones) *timezones {
	return &timezones{profiles: profiles, zones: zones, all: sync.OnceValue(loadZones)}
}

func loadZones() []*time.Location {
	var all []*time.Location
	for name := range strings.FieldsSeq(zoneNames) {
		if zone, err := time.LoadLocation(name); err == nil { // this system's database may be older than the list
			all = append(all, zone)
		}
	}
	return all
}

func (h *timezones) routes() []emoncms.Route {
	return []emoncms.Route{
		{Path: "user/gettimezone", Need: emoncms.Reader, Run: h.name},
		{Path: "user/timezone", Need: emoncms.Reader, Run: h.offset},
		{Path: "user/gettimezones", Run: h.list},
		{Path: "time/server", Run: h.server},
		{Path: "time/local", Need: emoncms.Reader, Run: h.local},
	}
}

func (h *timezones) name(c *emoncms.Call) error {
	u, err := h.profiles.User(c.Context(), c.Who.User)
	if err != nil {
		return err
	}
	c.Out.String(u.Timezone)
	return nil
}

func (h *timezones) offset(c *emoncms.Call) error {
	_, seconds := time.Now().In(h.zones.Location(c.Who.User)).Zone()
	c.Out.Int(int64(seconds))
	return nil
}

func (h *timezones) list(c *emoncms.Call) error {
	now := time.Now()
	c.Out.Array()
	for _, zone := range h.all() {
		_, seconds := now.In(zone).Zone()
		c.Out.Object().Key("id").String(zone.String()).Key("gmt_offset_secs").Int(int64(seconds)).
			Key("gmt_offset_text").String(offsetText(seconds)).EndObject()
	}
	c.Out.EndArray()
	return nil
}

func offsetText(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	return fmt.Sprintf("GMT %c%02d:%02d", sign, seconds/3600, seconds/60%60)
}

// server is the time in the form that small displays set their clock by.
func (h *timezones) server(c *emoncms.Call) error { return c.Text(clock(time.Now().UTC())) }

func (h *timezones) local(c *emoncms.Call) error {
	return c.Text(clock(time.Now().In(h.zones.Location(c.Who.User))))
}

func clock(t time.Time) string { return t.Format("t15,04,05") }
