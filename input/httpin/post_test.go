package httpin_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/input"
	"github.com/weirhq/weir/input/httpin"
	"github.com/weirhq/weir/internal/form"
)

var now = time.Unix(1_700_000_000, 5e8).UTC()

const (
	ok     = "ok"
	okJSON = `{"success": true}`
)

func failed(message string) string {
	return fmt.Sprintf(`{"success": false, "message": "%s"}`, message)
}

func decoder() *httpin.Decoder { return httpin.New(input.Default()) }

func values(t testing.TB, query string) form.Values {
	t.Helper()
	v, err := form.ParseValues(query)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// show writes a batch as lines of "time node: name=value …", times as seconds from now.
func show(b *httpin.Batch) string {
	if b == nil {
		return ""
	}
	var lines []string
	for _, row := range b.Post.Rows {
		line := []string{fmt.Sprintf("%+d %s:", row.Time-now.Unix(), b.Post.Names[row.Node])}
		for _, cell := range row.Cells {
			line = append(line, fmt.Sprintf("%s=%v", b.Post.Names[cell.Name], cell.Value))
		}
		lines = append(lines, strings.Join(line, " "))
	}
	return strings.Join(lines, "\n")
}

func checkBatch(t *testing.T, b *httpin.Batch, a httpin.Answer, rows, body string) {
	t.Helper()
	if diff := cmp.Diff(rows, show(b)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(httpin.Answer{Status: 200, ContentType: "text/plain;charset=UTF-8", Body: body}, a); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	if b != nil {
		if b.Post.User != 7 {
			t.Errorf("user is %d, want 7", b.Post.User)
		}
		b.Release()
	}
}

func TestPost(t *testing.T) {
	csvFault := failed("Format error: csv value is not numeric")
	valueFault := failed("Format error, json value is not numeric")
	keyFault := failed("Format error, json key missing or invalid character")
	strictFault := failed("Input in not a valid JSON object")
	noData := failed("Request contains no data via csv, json or data tag")
	for _, test := range []struct {
		name, node, query string
		rows, body        string
	}{
		{"json", "", "node=emontx&json={power:250,temp:19.5}", "+0 emontx: power=250 temp=19.5", ok},
		{"quotes and braces vanish", "", `node=a&json={"b":1,"c":-2}`, "+0 a: b=1 c=-2", ok},
		{"csv", "", "node=a&csv=1,2.5,-3", "+0 a: 1=1 2=2.5 3=-3", ok},
		{"data", "", "node=a&data=1,b:2", "+0 a: 1=1 b=2", ok},
		{"bare values count alone", "", "json={a:1,5,b:2,6}", "+0 0: a=1 1=5 b=2 2=6", ok},
		{"third part is ignored", "", "json=a:1:2", "+0 0: a=1", ok},
		{"no node", "", "csv=1", "+0 0: 1=1", ok},
		{"empty node", "", "node=&csv=1", "+0 0: 1=1", ok},
		{"blank node", "", "node=+&csv=1", "+0 0: 1=1", ok},
		{"path before parameter", "path", "node=par&csv=1", "+0 path: 1=1", ok},
		{"node filtered", "", "node=a/b&csv=1", "+0 ab: 1=1", ok},
		{"name filtered", "", "node=a/b:c,d&json=x/y(z):1", "+0 abcd: xyz=1", ok},
		{"letters of any script", "", "node=Küche&json=température:1,温度:2,٣:3", "+0 Küche: température=1 温度=2 ٣=3", ok},
		{"bytes that are no UTF-8", "", "node=a%ff%feb&json=c%80:1", "+0 ab: c=1", ok},
		{"spaces around names", "", `node=+a+&json={"a":+1,+"sensor.b":+2}`, "+0 a: a=1 sensor.b=2", ok},
		{"spaces in names", "", "json=living+room:1", "+0 0: living room=1", ok},
		{"number forms", "", "csv=1e3,-1E-2,.5,5.,00012,+7,%2B8", "+0 0: 1=1000 2=-0.01 3=0.5 4=5 5=12 6=7 7=8", ok},
		{"null is skipped", "", "json={a:null,b:1}", "+0 0: b=1", ok},
		{"null in csv counts", "", "csv=1,null,3", "+0 0: 1=1 3=3", ok},
		{"only null", "", "csv=null", "", ok},
		{"last of one name wins", "", "json=a:1,b:2,a:3", "+0 0: a=3 b=2", ok},
		{"json before all", "", "data=4&csv=3&json=a:1", "+0 0: a=1", ok},
		{"csv before data", "", "data=4&csv=3", "+0 0: 1=3", ok},
		{"json text is read strictly beside fulljson", "", `fulljson=&json={"a":1}`, "+0 0: a=1", okJSON},
		{"relaxed json is refused beside fulljson", "", `fulljson={"b":2}&json=a:1`, "", strictFault},

		{"nothing", "", "node=a", "", noData},
		{"empty json", "", "json=&csv=1", "", noData},
		{"empty braces", "", "json={}", "", csvFault},
		{"csv word", "", "csv=1,abc", "", csvFault},
		{"csv end", "", "csv=1,", "", csvFault},
		{"csv hexadecimal", "", "csv=0x1A", "", csvFault},
		{"csv nan", "", "csv=nan", "", csvFault},
		{"csv inf", "", "csv=-inf", "", csvFault},
		{"csv beyond float64", "", "csv=1e400", "", csvFault},
		{"json word", "", "json=a:on", "", valueFault},
		{"json no value", "", "json=a:", "", valueFault},
		{"json beyond float64", "", "json=a:-1e400", "", valueFault},
		{"json NaN", "", "json=a:NaN", "", valueFault},
		{"no key", "", "json=:1", "", keyFault},
		{"foreign key", "", "json=(/):1", "", keyFault},
		{"foreign node", "", "node=///&csv=1", "", keyFault},
		{"first fault wins", "", "json=a:1,:2,b:x", "", keyFault},
		{"long name", "", "json=" + strings.Repeat("n", 256) + ":1", "", failed("Format error, name is longer than 255 bytes")},
		{"longest name", "", "json=" + strings.Repeat("n", 255) + ":1", "+0 0: " + strings.Repeat("n", 255) + "=1", ok},

		{"fulljson", "", `node=a&fulljson={"power":250,"temp":19.5}`, "+0 a: power=250 temp=19.5", okJSON},
		{"fulljson spaces", "", "fulljson=+{%0a\"a\"+:%091+,+\"b\":2}+", "+0 0: a=1 b=2", okJSON},
		{"fulljson array", "", "fulljson=[5,null,7]", "+0 0: 0=5 2=7", okJSON},
		{"fulljson casts", "", `fulljson={"a":"12.5","b":"abc","c":true,"d":false,"e":"+3x","f":""}`, "+0 0: a=12.5 b=0 c=1 d=0 e=3 f=0", okJSON},
		{"fulljson null", "", `fulljson={"a":null,"b":1}`, "+0 0: b=1", okJSON},
		{"fulljson empty", "", "fulljson={}", "", okJSON},
		{"fulljson empty array", "", "fulljson=[]", "", okJSON},
		{"fulljson repeats", "", `fulljson={"a":1,"b":2,"a":3}`, "+0 0: a=3 b=2", okJSON},
		{"fulljson escapes", "", `fulljson={"caf\u00e9":1,"a\/b":2}`, "+0 0: café=1 ab=2", okJSON},
		{"fulljson time", "", `fulljson={"time":1700000060,"a":1}`, "+60 0: a=1", okJSON},
		{"fulljson time text", "", `fulljson={"a":1,"time":"1700000060.9"}`, "+60 0: a=1", okJSON},
		{"fulljson time date", "", `fulljson={"TIME":"2023-11-14T22:14:20Z","a":1}`, "+60 0: a=1", okJSON},
		{"fulljson time null", "", `fulljson={"time":null,"a":1}`, "+0 0: a=1", okJSON},
		{"fulljson time true", "", `fulljson={"time":true,"a":1}`, "+0 0: a=1", okJSON},
		{"fulljson time beside parameter", "", `time=1700000010&fulljson={"time":1700000060,"Time":5,"a":1}`, "+10 0: a=1", okJSON},
		{"fulljson nested", "", `fulljson={"a":{"b":1}}`, "", strictFault},
		{"fulljson nested empty", "", `fulljson={"a":[]}`, "", strictFault},
		{"fulljson time beyond float64", "", `fulljson={"time":1e400,"a":1}`, "", valueFault},
		{"fulljson time broken", "", `fulljson={"time":"x`, "", strictFault},
		{"fulljson time word", "", `fulljson={"time":x}`, "", strictFault},
		{"fulljson nested time", "", `fulljson={"time":[],"a":1}`, "", strictFault},
		{"fulljson scalar", "", "fulljson=5", "", strictFault},
		{"fulljson text", "", `fulljson="a"`, "", strictFault},
		{"fulljson relaxed", "", "fulljson={a:1}", "", strictFault},
		{"fulljson tail", "", `fulljson={"a":1}x`, "", strictFault},
		{"fulljson comma", "", `fulljson={"a":1,}`, "", strictFault},
		{"fulljson NaN", "", `fulljson={"a":NaN}`, "", strictFault},
		{"fulljson leading zero", "", `fulljson={"a":01}`, "", strictFault},
		{"fulljson cut", "", `fulljson={"a":`, "", strictFault},
		{"fulljson no data", "", "fulljson=", "", noData},
		{"fulljson empty key", "", `fulljson={"":1}`, "", keyFault},
		{"fulljson beyond float64", "", `fulljson={"a":1e400}`, "", valueFault},
		{"fulljson text beyond float64", "", `fulljson={"a":"1e400"}`, "", valueFault},

		{"time", "", "time=1700000060&csv=1", "+60 0: 1=1", ok},
		{"time with fraction", "", "time=1700000060.9&csv=1", "+60 0: 1=1", ok},
		{"time zero", "", "time=0&csv=1", "-1700000000 0: 1=1", ok},
		{"time largest", "", "time=4294967295&csv=1", "+2594967295 0: 1=1", ok},
		{"time unreadable", "", "time=soon&csv=1", "+0 0: 1=1", ok},
		{"time empty", "", "time=&csv=1", "+0 0: 1=1", ok},
		{"time in milliseconds", "", "time=1700000000000&csv=1", "", failed("Format error, time 1700000000000 is not between 0 and 4294967295 (unix seconds)")},
		{"time negative", "", "time=-1&csv=1", "", failed("Format error, time -1 is not between 0 and 4294967295 (unix seconds)")},
		{"fulljson time negative", "", `fulljson={"time":-1,"a":1}`, "", failed("Format error, time -1 is not between 0 and 4294967295 (unix seconds)")},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := decoder()
			for range 2 { // a released batch serves the next request
				b, a := d.Post(7, test.node, values(t, test.query), now)
				checkBatch(t, b, a, test.rows, test.body)
			}
		})
	}
}

func TestPostTimes(t *testing.T) {
	zone := time.FixedZone("east", 2*3600)
	for text, want := range map[string]int64{
		"2023-11-14T22:13:20Z":            0,
		"2023-11-14t22:13:20z":            0,
		"2023-11-14T22:13:20.75Z":         0,
		"2023-11-14T23:13:20+01:00":       0,
		"2023-11-14T23:13:20+0100":        0,
		"2023-11-14T23:13:20+01":          0,
		"2023-11-14 22:13:20 UTC":         0,
		"2023-11-14 22:13:20 gmt":         0,
		"2023-11-14 23:13:20 +01:00":      0,
		"2023-11-15T00:13:20":             0, // in the zone of now
		"2023-11-15 00:13:20":             0,
		"2023/11/15 00:13:20":             0,
		"2023-11-15 00:13":                -20,
		"20231115T001320":                 0,
		"20231114T221320Z":                0,
		"2023-11-15":                      -800,
		"Tue, 14 Nov 2023 22:13:20 GMT":   0,
		"Tue, 14 Nov 2023 23:13:20 +0100": 0,
		"14 nov 2023 22:13:20 UTC":        0,
		"@1700000030":                     30,
		"@1700000030.5":                   30,
		"now":                             0,
		" NOW ":                           0,
		" 1700000030 ":                    30,
		"1.70000003e9":                    30,
		"2023-13-45":                      0, // unreadable
		"@":                               0,
		"UTC":                             0,
	} {
		query := "csv=1&time=" + strings.ReplaceAll(text, "+", "%2B")
		b, a := decoder().Post(7, "", values(t, query), now.In(zone))
		if b == nil {
			t.Errorf("%q: %s", text, a.Body)
			continue
		}
		if got := b.Post.Rows[0].Time - now.Unix(); got != want {
			t.Errorf("%q is %+d s from now, want %+d", text, got, want)
		}
	}
}

func TestPostLimit(t *testing.T) {
	cfg := input.Default()
	cfg.MaxValues = 3
	d := httpin.New(cfg)
	b, a := d.Post(7, "", values(t, "csv=1,2,3"), now)
	checkBatch(t, b, a, "+0 0: 1=1 2=2 3=3", ok)
	b, a = d.Post(7, "", values(t, "csv=1,2,3,4"), now)
	checkBatch(t, b, a, "", failed("Format error, more than 3 values in one request"))
	b, a = d.Post(7, "", values(t, "fulljson=[1,2,3,4]"), now)
	checkBatch(t, b, a, "", failed("Format error, more than 3 values in one request"))
}

func TestFailed(t *testing.T) {
	for _, test := range []struct {
		err    error
		status int
		body   string
	}{
		{weir.Errorf(weir.TooLarge, "Node 'Küche<' was \"ignored\"."), 200, `{"success": false, "message": "Node 'Küche<' was \"ignored\"."}`},
		{weir.Errorf(weir.Unavailable, "send again"), 503, `{"success": false, "message": "send again"}`},
		{errors.New("open /secret: no"), 500, `{"success": false, "message": "internal error"}`},
	} {
		a := httpin.Failed(test.err)
		if a.Status != test.status || a.Body != test.body {
			t.Errorf("%v: answer %d %s, want %d %s", test.err, a.Status, a.Body, test.status, test.body)
		}
	}
}
