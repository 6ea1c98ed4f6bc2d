package emoncms

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"time"
)

// zoneNames are the zones of the IANA database that stand for a place, and UTC.
//
//go:embed zones.txt
var zoneNames string

// timezones tells what the clocks of the world show.
type timezones struct {
	profiles Profiles
	zones    Zones
	all      func() []*time.Location // loaded when somebody asks
}

func newTimezones(profiles Profiles, zones Zones) *timezones {
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

func (h *timezones) routes() []route {
	return []route{
		{path: "user/gettimezone", need: reader, run: h.name},
		{path: "user/timezone", need: reader, run: h.offset},
		{path: "user/gettimezones", run: h.list},
		{path: "time/server", run: h.server},
		{path: "time/local", need: reader, run: h.local},
	}
}

func (h *timezones) name(c *call) error {
	u, err := h.profiles.User(c.ctx(), c.who.User)
	if err != nil {
		return err
	}
	c.out.String(u.Timezone)
	return nil
}

func (h *timezones) offset(c *call) error {
	_, seconds := time.Now().In(h.zones.Location(c.who.User)).Zone()
	c.out.Int(int64(seconds))
	return nil
}

func (h *timezones) list(c *call) error {
	now := time.Now()
	c.out.Array()
	for _, zone := range h.all() {
		_, seconds := now.In(zone).Zone()
		c.out.Object().Key("id").String(zone.String()).Key("gmt_offset_secs").Int(int64(seconds)).
			Key("gmt_offset_text").String(offsetText(seconds)).EndObject()
	}
	c.out.EndArray()
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
func (h *timezones) server(c *call) error { return c.text(clock(time.Now().UTC())) }

func (h *timezones) local(c *call) error {
	return c.text(clock(time.Now().In(h.zones.Location(c.who.User))))
}

func clock(t time.Time) string { return t.Format("t15,04,05") }
