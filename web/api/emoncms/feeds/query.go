package feeds

import (
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/web/api/emoncms"
	"github.com/weirhq/weir/web/api/emoncms/feeds/moment"
)

// maxIDs is how many feeds one query may name; it bounds the memory of an answer.
const maxIDs = 200

// dataQuery is a request for feed data as it was understood.
type dataQuery struct {
	feed.Query

	many   bool // asked for with ids: the answer names each feed
	csv    bool
	format timeFormat
}

// readQuery reads the parameters of feed/data. zone is that of whoever asks.
func readQuery(c *emoncms.Call, zone *time.Location) (q dataQuery, err error) {
	if q.Feeds, q.many, err = queryIDs(c); err != nil {
		return q, err
	}
	if name := c.Param("timezone"); name != "" {
		if zone, err = time.LoadLocation(name); err != nil {
			return q, weir.Errorf(weir.Invalid, "Invalid timezone %q: name one such as Europe/London", name)
		}
	}
	q.Zone = zone
	now := time.Now().In(zone)
	if q.Start, err = readMoment("start", c.Param("start"), now); err != nil {
		return q, err
	}
	if q.End, err = readMoment("end", c.Param("end"), now); err != nil {
		return q, err
	}
	if q.format, err = readTimeFormat(c.Param("timeformat")); err != nil {
		return q, err
	}
	interval := c.Param("interval")
	if mode := c.Param("mode"); interval == "" {
		interval = mode
	}
	q.Interval = feed.ParseInterval(interval)
	q.Average, q.Delta = flags(c.Param("average")), flags(c.Param("delta"))
	q.SkipMissing = c.Flag("skipmissing")
	q.LimitInterval = int(c.Number("limitinterval"))
	if text := c.Param("dp"); text != "" {
		decimals := int(emoncms.Int(text))
		q.Decimals = &decimals
	}
	q.csv = c.Flag("csv")
	return q, nil
}

func queryIDs(c *emoncms.Call) (ids []weir.FeedID, many bool, err error) {
	text, many := c.Get("ids")
	if !many {
		text = c.Param("id")
	}
	if strings.TrimSpace(text) == "" {
		return nil, many, weir.Errorf(weir.Invalid, "no ids given")
	}
	for part := range strings.SplitSeq(text, ",") {
		ids = append(ids, weir.FeedID(emoncms.Int(part)))
	}
	if len(ids) > maxIDs {
		return nil, many, weir.Errorf(weir.Invalid, "%d ids given: ask for at most %d at once", len(ids), maxIDs)
	}
	return ids, many, nil
}

func readMoment(name, text string, now time.Time) (float64, error) {
	t, ok := moment.Parse(text, now)
	if !ok {
		return 0, weir.Errorf(weir.Invalid, "%s is %q: give unix seconds, milliseconds or a date", name, text)
	}
	return float64(t), nil
}

// flags reads "1" or, for one feed each, "1,0,1".
func flags(text string) []bool {
	if text == "" {
		return nil
	}
	var list []bool
	for part := range strings.SplitSeq(text, ",") {
		list = append(list, emoncms.Int(part) == 1)
	}
	return list
}

// timeFormat is how times are shown.
type timeFormat uint8

const (
	unixMillis timeFormat = iota
	unixSeconds
	excel
	iso8601
	noTime
)

func readTimeFormat(text string) (timeFormat, error) {
	switch text {
	case "", "unixms":
		return unixMillis, nil
	case "unix":
		return unixSeconds, nil
	case "excel":
		return excel, nil
	case "iso8601":
		return iso8601, nil
	case "notime":
		return noTime, nil
	default:
		return 0, weir.Errorf(weir.Invalid, "Invalid time format")
	}
}

// append shows t. The two text forms are local times.
func (f timeFormat) append(dst []byte, t int64, zone *time.Location) []byte {
	switch f {
	case unixMillis:
		return strconv.AppendInt(dst, t*1000, 10)
	case excel:
		return time.Unix(t, 0).In(zone).AppendFormat(dst, "02/01/2006 15:04:05")
	case iso8601:
		return time.Unix(t, 0).In(zone).AppendFormat(dst, "2006-01-02T15:04:05-07:00")
	default:
		return strconv.AppendInt(dst, t, 10)
	}
}
