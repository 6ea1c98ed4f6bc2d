package api_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/weirhq/weir"
)

const base = 1700000000 // a multiple of 10

func no(message string) string { return `{"success":false,"message":"` + message + `"}` }

func TestFeedCreate(t *testing.T) {
	w := newWorld(t)
	f := func(query, want string) {
		t.Helper()
		w.expect("/feed/create.json?apikey=KEY&"+query, want)
	}
	f(`tag=house&name=power&engine=5&options={"interval":10}&unit=W`, `{"success":true,"feedid":1,"result":true}`)
	f(`tag=house&name=power&engine=5&options={"interval":10}`, no("feed already exists"))
	f(`tag=house&name=Power&engine=5`, `{"success":true,"feedid":2,"result":true}`)
	f(`tag=house&name=events&engine=2`, `{"success":true,"feedid":3,"result":true}`)
	f(`tag=house&name=short&engine=5&options={"interval":"1"}`, `{"success":true,"feedid":4,"result":true}`)
	f(`tag=house&name=x&engine=99`, no("ABORTED: Engine id 99 is not supported."))
	f(`tag=house&name=a.b&engine=5`, no("invalid characters in feed name"))
	f(`tag=a.b&name=x&engine=5`, no("invalid characters in feed tag"))
	f(`tag=house&name=x&engine=5&options=x`, no(`options is not a JSON object such as {\"interval\":10}`))
	f(`tag=house&engine=5`, `{"success":true,"feedid":5,"result":true}`)
	w.expect("/feed/getmeta.json?id=4&apikey=KEY", `{"id":4,"start_time":0,"end_time":0,"interval":10,"npoints":0}`)
	w.expect("/feed/getid.json?name=power&apikey=KEY", "1")
	w.expect("/feed/getid.json?tag=house&name=Power&apikey=KEY", "2")
	w.expect("/feed/getid.json?tag=x&name=Power&apikey=KEY", "")
	w.expect("/feed/get.json?id=1&field=unit&apikey=KEY", `"W"`)
}

func TestFeedLists(t *testing.T) {
	w := newWorld(t)
	w.feed("power", 10)
	w.publish(w.feed("shown", 10))
	w.expect("/feed/insert.json?id=1&time=1700000000&value=5&apikey=KEY", "5")
	w.expect("/feed/insert.json?id=1&time=1700000020&value=6.5&apikey=KEY", "6.5")
	power := `{"id":"1","userid":"1","name":"power","tag":"t","public":"0","size":"28","engine":"5","processList":"","unit":"","time":1700000020,"value":6.5`
	shown := `{"id":"2","userid":"1","name":"shown","tag":"t","public":"1","size":"16","engine":"5","processList":"","unit":"","time":null,"value":null`
	powerMeta := `,"start_time":1700000000,"end_time":1700000020,"interval":10,"npoints":3}`
	shownMeta := `,"start_time":0,"end_time":0,"interval":10,"npoints":0}`
	w.expect("/feed/list.json?apikey=READ", "["+power+"},"+shown+"}]")
	w.expect("/feed/list.json?meta=1&apikey=READ", "["+power+powerMeta+","+shown+shownMeta+"]")
	w.expect("/feed/listwithmeta.json?apikey=READ", "["+power+powerMeta+","+shown+shownMeta+"]")
	w.expect("/feed/list.json?userid=1", "["+shown+"}]")
	w.expect("/alice/feed/list.json", "["+shown+"}]")
	w.expect("/ALICE/feed/list.json?apikey=READ", "["+shown+"}]")
	if status, got := w.get("/nobody/feed/list.json"); status != http.StatusNotAcceptable || got != notAcceptable {
		t.Errorf("nobody's list: %d %s", status, got)
	}
	w.expect("/feed/aget.json?id=1&apikey=READ", power+"}")
	w.expect("/feed/updatesize.json?apikey=READ", "44")
	w.expect("/feed/getfeedsize.json?id=1&apikey=READ", "28")
	w.expect("/feed/getmeta.json?id=1&apikey=READ", `{"id":1`+powerMeta)
	for field, want := range map[string]string{
		"id": `"1"`, "userid": `"1"`, "name": `"power"`, "tag": `"t"`, "public": `"0"`, "size": `"28"`, "engine": `"5"`,
		"processList": `""`, "unit": `""`, "time": `"1700000020"`, "value": `"6.5"`, "secret": `false`,
	} {
		w.expect("/feed/get.json?id=1&field="+field+"&apikey=READ", want)
	}
	w.expect("/feed/get.json?id=1&apikey=READ", no("Missing field parameter"))
	w.expect("/feed/timevalue.json?id=1&apikey=READ", `{"time":1700000020,"value":6.5}`)
	w.expect("/feed/timevalue.json?id=2", `{"time":null,"value":null}`)
	w.expect("/feed/value.json?id=1&apikey=READ", `6.5`)
	w.expect("/feed/value.json?id=1&time=1700000000&apikey=READ", `5`)
	w.expect("/feed/value.json?id=1&time=1700000010&apikey=READ", `null`)
	w.expect("/feed/value.json?id=1&time=1600000000&apikey=READ", `null`)
	w.expect("/feed/fetch.json?ids=1,2,99,x&apikey=READ", `[6.5,null,false,false]`)
	w.expect("/feed/fetch.json?apikey=READ", no("no ids given"))
}

func TestFeedSet(t *testing.T) {
	w := newWorld(t)
	w.feed("power", 10)
	w.feed("other", 10)
	f := func(fields, want string) {
		t.Helper()
		w.post("/feed/set.json?id=1&apikey=KEY", "fields="+fields, want)
	}
	f(`{"name":"use","tag":"house","unit":"kWh","public":1}`,
		`{"success":true,"message":"Field updated","feedid":1,"fields":{"name":"use","tag":"house","unit":"kWh","public":"1"}}`)
	f(`{"name":"p<b>"}`, `{"success":true,"message":"Field updated","feedid":1,"fields":{"name":"p<b>"}}`)
	w.expect("/feed/get.json?id=1&field=name&apikey=KEY", `"p&lt;b&gt;"`)
	w.expect("/feed/get.json?id=1&field=public", `"1"`)
	f(`{"public":false}`, `{"success":true,"message":"Field updated","feedid":1,"fields":{"public":"0"}}`)
	f(`{"tag":"a.b"}`, no("invalid characters in feed tag"))
	f(`{"unit":"W;"}`, no("invalid characters in feed unit"))
	f(`{"unit":"12345678901"}`, no("feed unit too long"))
	f(`{"name":"other","tag":"t"}`, no("fields tag:name must be unique"))
	f(`{}`, no("Field could not be updated"))
	f(`x`, no("Field could not be updated"))
}

func TestFeedWrites(t *testing.T) {
	w := newWorld(t)
	w.feed("power", 10)
	for i, action := range []string{"insert", "update", "post"} {
		w.expect(fmt.Sprintf("/feed/%s.json?id=1&time=%d&value=%d.5&apikey=KEY", action, base+10*i, i), fmt.Sprintf("%d.5", i))
	}
	w.expect("/feed/post.json?id=1&time=1700000010&value=12abc&apikey=KEY", "12")
	w.expect("/feed/post.json?id=1&time=1700000010&value=abc&apikey=KEY", "0")
	w.expect("/feed/post.json?id=1&time=1700000010&value=NAN&apikey=KEY", "0")
	w.expect("/feed/post.json?id=1&time=1700000010&value=-1e3x&apikey=KEY", "-1000")
	w.expect("/feed/post.json?id=1&time=1700000010&value=1e999&apikey=KEY", no("value is too large"))
	w.expect("/feed/post.json?id=1&time=-5&value=1&apikey=KEY", no("time is not between 0 and 4294967295 (unix seconds)"))
	w.expect("/feed/post.json?id=1&time=1700000010&apikey=KEY", no("missing value parameter"))
	// A point in the past does not become the newest one.
	w.expect("/feed/timevalue.json?id=1&apikey=KEY", `{"time":1700000020,"value":2.5}`)
	w.post("/feed/insert.json?id=1&apikey=KEY", "data=[[1700000030,3],[1700000040,null],[1700000050,\"x\"]]", no("error decoding json"))
	w.post("/feed/insert.json?id=1&apikey=KEY", "data=[[1700000030,3],[1700000040,null],[1700000050,5]]", `{"success":true}`)
	w.post("/feed/insert.json?id=1&apikey=KEY", "data=[]", no("error decoding json"))
	w.post("/feed/insert.json?id=1&apikey=KEY", "data=", no("missing data parameter"))
	w.expect("/feed/data.json?id=1&start=1700000000&end=1700000050&interval=10&apikey=KEY",
		"[[1700000000000,0.5],[1700000010000,-1000],[1700000020000,2.5],[1700000030000,3],[1700000040000,null],[1700000050000,5]]")
	// Before the first point, which the original cannot.
	w.expect("/feed/post.json?id=1&time=1699999990&value=9&apikey=KEY", "9")
	w.expect("/feed/value.json?id=1&time=1699999990&apikey=KEY", "9")
	for i, join := range []string{"join", "1"} {
		at := 1700000080 + 30*i
		w.expect(fmt.Sprintf("/feed/post.json?id=1&time=%d&value=%d&join=%s&apikey=KEY", at, 8+3*i, join), strconv.Itoa(8+3*i))
	}
	w.expect("/feed/data.json?id=1&start=1700000050&end=1700000110&interval=10&timeformat=notime&apikey=KEY", "[5,6,7,8,9,10,11]")

	w.expect("/feed/clear.json?id=1&apikey=KEY", `{"success":true,"message":"Feed cleared successfully"}`)
	w.expect("/feed/getmeta.json?id=1&apikey=KEY", `{"id":1,"start_time":0,"end_time":0,"interval":10,"npoints":0}`)
	w.expect("/feed/delete.json?id=1&apikey=KEY", `{"success":true,"message":"Feed removed successfully."}`)
	w.expect("/feed/delete.json?id=1&apikey=KEY", no("Feed does not exist"))
	w.expect("/feed/list.json?apikey=KEY", "[]")
}

// series fills feed 1 (fixed, 10 s): 0, 10, 20 … with a hole at the fourth, feed 2 (variable) and feed 3 (fixed, 60 s).
func series(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.feed("a", 10)
	_, err := w.feeds.Create(t.Context(), weir.Feed{User: 1, Name: "v", Engine: weir.EngineVariable}, options(0))
	check(t, err)
	w.feed("c", 60)
	var rows []string
	for i := range 12 {
		if i != 3 {
			rows = append(rows, fmt.Sprintf("[%d,%d]", base+10*i, 10*i))
		}
	}
	w.post("/feed/insert.json?id=1&apikey=KEY", "data=["+strings.Join(rows, ",")+"]", `{"success":true}`)
	w.post("/feed/insert.json?id=2&apikey=KEY", "data=[[1700000003,0.26],[1700000017,1.5],[1700000044,2]]", `{"success":true}`)
	w.post("/feed/insert.json?id=3&apikey=KEY", "data=[[1699999980,100],[1700000040,200]]", `{"success":true}`)
	return w
}

func TestFeedData(t *testing.T) {
	w := series(t)
	f := func(query, want string) {
		t.Helper()
		w.expect("/feed/data.json?apikey=READ&"+query, want)
	}
	span := "&start=1700000000000&end=1700000040000"
	f("id=1&interval=10"+span, "[[1700000000000,0],[1700000010000,10],[1700000020000,20],[1700000030000,null],[1700000040000,40]]")
	f("id=1&interval=10&skipmissing=1"+span, "[[1700000000000,0],[1700000010000,10],[1700000020000,20],[1700000040000,40]]")
	f("id=1&interval=10&timeformat=unix"+span, "[[1700000000,0],[1700000010,10],[1700000020,20],[1700000030,null],[1700000040,40]]")
	f("id=1&interval=20&timeformat=notime"+span, "[0,20,40]")
	f("id=1&interval=20&timeformat=iso8601"+span, `[["2023-11-14T22:13:20+00:00",0],["2023-11-14T22:13:40+00:00",20],["2023-11-14T22:14:00+00:00",40]]`)
	f("id=1&interval=40&timeformat=excel&timezone=Europe/Berlin"+span, `[["14\/11\/2023 23:13:20",0],["14\/11\/2023 23:14:00",40]]`)
	f("id=1&interval=20&average=1"+span, "[[1700000000000,5],[1700000020000,20],[1700000040000,45]]")
	f("id=1&interval=20&delta=1&timeformat=notime"+span, "[20,20,20]")
	f("id=1&interval=original&start=1700000000&end=1700000020", "[[1700000000000,0],[1700000010000,10],[1700000020000,20]]")
	f("id=1&interval=original&start=1699999985&end=1700000015&timeformat=unix", "[[1699999985,null],[1699999995,null],[1700000005,0],[1700000015,10]]")
	f("id=2&interval=original"+span, "[[1700000003000,0.25999999046325684],[1700000017000,1.5]]")
	f("id=2&interval=original&start=1&end=1700000003", "[[1700000003000,0.25999999046325684]]")
	f("id=2&interval=original&start=1800000000&end=1900000000", "[]")
	f("id=2&interval=original&start=1&end=2", "[]")
	f("ids=2,1&interval=original&timeformat=notime&start=1700000000&end=1700000020", `[{"feedid":"2","data":[0.25999999046325684,1.5]},{"feedid":"1","data":[0,10,20]}]`)
	f("id=2&interval=20&dp=1"+span, "[[1700000000000,0.3],[1700000020000,null],[1700000040000,2]]")
	f("id=2&interval=20&limitinterval=2"+span, "[[1700000003000,0.25999999046325684],[1700000020000,null],[1700000044000,2]]")
	f("id=3&interval=10&limitinterval=1&timeformat=unix&start=1699999980&end=1700000040", "[[1699999980,100],[1700000040,200]]")
	f("ids=1,2&interval=20&timeformat=notime"+span, `[{"feedid":"1","data":[0,20,40]},{"feedid":"2","data":[0.25999999046325684,null,2]}]`)
	f("ids=1&interval=20&timeformat=notime"+span, `[{"feedid":"1","data":[0,20,40]}]`)
	f("ids=1,1&interval=20&average=1&timeformat=notime"+span, `[{"feedid":"1","data":[5,20,45]},{"feedid":"1","data":[5,20,45]}]`)
	f("ids=1,1&interval=20&average=1,0&timeformat=notime"+span, `[{"feedid":"1","data":[5,20,45]},{"feedid":"1","data":[0,20,40]}]`)
	f("ids=1,1&interval=20&delta=0,1&timeformat=notime"+span, `[{"feedid":"1","data":[0,20,40]},{"feedid":"1","data":[20,20,20]}]`)
	f("id=1&mode=daily&start=1699920000&end=1700006400&timeformat=unix", "[[1699920000,null],[1700006400,null]]")
	f("id=2&interval=annual&start=1688000000&end=1704100000&timeformat=iso8601", `[["2023-01-01T00:00:00+00:00",0.25999999046325684],["2024-01-01T00:00:00+00:00",null]]`)
	f("id=1&interval=10&start=2023-11-14T22:13:20Z&end=2023-11-14T22:13:30Z", "[[1700000000000,0],[1700000010000,10]]")
	f("id=1&interval=10&start=2023-11-14+22:13:20&end=@1700000010", "[[1700000000000,0],[1700000010000,10]]")
	w.expect("/feed/average.json?apikey=READ&id=1&interval=20&timeformat=notime"+span, "[5,20,45]")
}

func TestFeedDataRefuses(t *testing.T) {
	w := series(t)
	f := func(query, want string) {
		t.Helper()
		w.expect("/feed/data.json?apikey=READ&"+query, want)
	}
	span := "&start=1700000000000&end=1700000040000"
	f("id=1&end=1", "missing start parameter")
	f("id=1&start=1", "missing end parameter")
	f("interval=10"+span, no("no ids given"))
	f("id=1&start=1700000040&end=1700000000", no("Request end time before start time"))
	f("id=1&start=1700000000&end=1700000001", no("Invalid interval"))
	f("id=1&interval=1&start=1600000000&end=1700000000",
		no("request datapoint limit reached (20000), increase request interval or reduce time range, requested datapoints = 100000000"))
	f("id=1&timeformat=x"+span, no("Invalid time format"))
	f("id=1&timezone=Mars/Olympus"+span, no(`Invalid timezone \"Mars\/Olympus\": name one such as Europe\/London`))
	f("id=1&start=soon&end=now", no(`start is \"soon\": give unix seconds, milliseconds or a date`))
	f("id=9"+span, `{"success":false,"message":"feed 9 does not exist","feeds":[9]}`)
	f("ids=9,1,8"+span, `{"success":false,"message":"2 feeds do not exist","feeds":[9,8]}`)
	f("ids="+strings.Repeat("1,", 300)+span, no("301 ids given: ask for at most 200 at once"))
	f("id=1&interval=original&start=2&end=1", no("Request end time before start time"))
	f("id=2&interval=original&start=2&end=1", no("Request end time before start time"))
	w.expect("/feed/data.json?id=1&interval=10"+span, "[]")
	w.expect("/feed/data.json?id=1&interval=original"+span, "[]")
	w.expect("/feed/data.json?ids=1&interval=10"+span, `[{"feedid":"1","data":[]}]`)
	f1, err := w.feeds.Get(t.Context(), 1)
	check(t, err)
	w.publish(f1)
	w.expect("/feed/data.json?ids=1,2&interval=20&timeformat=notime"+span, `[{"feedid":"1","data":[0,20,40]},{"feedid":"2","data":[]}]`)
}

func TestCSV(t *testing.T) {
	w := series(t)
	f := func(query, filename, want string) {
		t.Helper()
		resp := w.send(request{target: w.fill("/feed/csvexport.json?apikey=READ&" + strings.NewReplacer(" ", "%20", "\r", "%0d", "\n", "%0a").Replace(query))})
		h := resp.Header
		if got := text(t, resp); resp.StatusCode != http.StatusOK || got != want || h.Get("Content-Type") != "application/octet-stream" ||
			h.Get("Content-Disposition") != "attachment; filename="+filename {
			t.Errorf("%s\n got %d %s %s %q\nwant %q", query, resp.StatusCode, h.Get("Content-Type"), h.Get("Content-Disposition"), got, want)
		}
	}
	span := "&start=1700000000000&end=1700000040000"
	f("id=1&interval=20"+span, "1.csv", "1700000000,0.00\n1700000020,20.00\n1700000040,40.00\n")
	f("id=1&interval=10&timeformat=unix"+span, "1.csv", "1700000000,0.00\n1700000010,10.00\n1700000020,20.00\n1700000030,null\n1700000040,40.00\n")
	f("id=1&interval=40&timeformat=excel"+span, "1.csv", "14/11/2023 22:13:20,0.00\n14/11/2023 22:14:00,40.00\n")
	f("id=1&interval=20&timeformat=notime"+span, "1.csv", "0.00\n20.00\n40.00\n")
	f("id=1&interval=20&delta=1&dp=0"+span, "1.csv", "1700000000,20\n1700000020,20\n1700000040,20\n")
	f("ids=1,2&interval=20"+span, "1-2.csv", "1700000000000,0.00,0.26\n1700000020000,20.00,null\n1700000040000,40.00,2.00\n")
	f("id=2&interval=original"+span, "2.csv", "1700000003,0.26\n1700000017,1.50\n")
	f("id=1\r\nX-Evil: 1&interval=20"+span, "1.csv", "1700000000,0.00\n1700000020,20.00\n1700000040,40.00\n")
	w.expect("/feed/data.json?csv=1&apikey=READ&id=1&interval=20"+span, "1700000000,0.00\n1700000020,20.00\n1700000040,40.00\n")
	w.expect("/feed/csvexport.json?apikey=READ&id=9&interval=20"+span, `{"success":false,"message":"feed 9 does not exist","feeds":[9]}`)
	w.expect("/feed/csvexport.json?apikey=READ&id=1&start=2&end=1", no("Request end time before start time"))
	w.expect("/feed/csvexport.json?apikey=READ&id=1&interval=1&start=0&end=4000000000",
		no("request datapoint limit reached (67108864), increase request interval or reduce time range, requested datapoints = 4000000001"))
	resp := w.send(request{target: "/feed/csvexport.json?id=1&interval=20" + span})
	if got := text(t, resp); got != "" {
		t.Errorf("a private feed: %q", got)
	}
}

// TestLongDownloads looks at the seams of answers that are read and sent in pieces.
func TestLongDownloads(t *testing.T) {
	w := newWorld(t)
	w.feed("a", 10)
	w.expect("/feed/post.json?id=1&time=1700000000&value=0&apikey=KEY", "0")
	w.expect("/feed/post.json?id=1&time=1700700000&value=70000&join=1&apikey=KEY", "70000")
	var csv, points strings.Builder
	for i := range 70001 {
		fmt.Fprintf(&csv, "%d,%d.00\n", base+10*i, i)
		if i > 0 {
			points.WriteByte(',')
		}
		fmt.Fprintf(&points, "[%d,%d]", base+10*i, i)
	}
	for _, interval := range []string{"10", "original"} {
		if got := body(w, "/feed/csvexport.json?apikey=READ&id=1&start=1700000000&end=1700700000&interval="+interval); got != csv.String() {
			t.Errorf("csv, interval %s: %d bytes, want %d", interval, len(got), csv.Len())
		}
	}
	got := body(w, "/feed/data.json?apikey=READ&id=1&start=1700000000&end=1700700000&interval=original&timeformat=unix")
	if got != "["+points.String()+"]" {
		t.Errorf("data: %d bytes, want %d", len(got), points.Len()+2)
	}
	// The last piece holds one point only.
	got = body(w, "/feed/csvexport.json?apikey=READ&id=1&start=1700000000&end=1700200000&interval=10")
	if lines := strings.Count(got, "\n"); lines != 20001 || !strings.HasSuffix(got, "\n1700200000,20000.00\n") {
		t.Errorf("csv with a piece of one point: %d lines", lines)
	}
}

func TestExport(t *testing.T) {
	w := series(t)
	f := func(query, filename string, size int) {
		t.Helper()
		resp := w.send(request{target: w.fill("/feed/export.json?apikey=READ&" + query)})
		got := text(t, resp)
		if resp.StatusCode != http.StatusOK || len(got) != size || resp.Header.Get("Content-Length") != strconv.Itoa(size) ||
			resp.Header.Get("Content-Disposition") != "attachment; filename="+filename {
			t.Errorf("%s: %d %v, %d bytes", query, resp.StatusCode, resp.Header, len(got))
		}
	}
	f("id=1&start=0", "1.dat", 48)
	f("id=1&start=9", "1.dat", 44)
	f("id=1&start=48", "1.dat", 4)
	f("id=2&start=10", "feed_2.MYD", 18)
	w.expect("/feed/export.json?apikey=READ&id=1&start=-1", no("start is -1: give the number of bytes that you have"))
}

func TestBands(t *testing.T) {
	w := series(t)
	f := func(query string, status int, want string) {
		t.Helper()
		got, answer := w.get("/api/v1/feeds/bands?" + query)
		if got != status || answer != want {
			t.Errorf("%s\n got %d %s\nwant %d %s", query, got, answer, status, want)
		}
	}
	f("apikey=READ&ids=1&start=1700000000000&end=1700000040000&points=800", 200,
		`{"start":1700000000000,"end":1700000040000,"series":[{"feed":1,"interval":10,"raw":true,`+
			`"time":[1700000000000,1700000010000,1700000020000,1700000030000,1700000040000],"mean":[0,10,20,null,40],"min":[0,10,20,null,40],"max":[0,10,20,null,40]}]}`)
	f("apikey=READ&ids=1&start=1700000000000&end=1700000119000&points=2", 200,
		`{"start":1700000000000,"end":1700000119000,"series":[{"feed":1,"interval":60,"raw":false,`+
			`"time":[1699999980000,1700000040000,1700000100000],"mean":[10,65,105],"min":[0,40,100],"max":[20,90,110]}]}`)
	f("ids=1&start=1&end=2000", 404, `{"title":"Not Found","detail":"feed 1 does not exist","status":404}`)
	f("apikey=READ&ids=1&start=x&end=2", 400, `{"title":"Bad Request","detail":"start is \"x\": send a whole number","status":400}`)
	f("apikey=READ&start=1&end=2", 400, `{"title":"Bad Request","detail":"ids has to name 1 to 200 feeds, such as ids=1,2","status":400}`)
	f("apikey=READ&ids=1&start=1&end=2000&points=0", 400, `{"title":"Bad Request","detail":"0 pieces cannot be drawn: ask for 1 to 20000","status":400}`)
}
