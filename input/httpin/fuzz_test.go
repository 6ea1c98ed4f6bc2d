package httpin_test

import (
	"encoding/hex"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/weirhq/weir/input/httpin"
	"github.com/weirhq/weir/internal/form"
)

func compareBulk(t interface{ Fatalf(string, ...any) }, text string) {
	b, a := decoder().Bulk(7, given{"data": text}, "", now)
	rows, message := oracleBulk(text)
	body := ok
	if message != "" {
		body = failed(message)
	}
	if got := show(b); got != rows || a.Body != body {
		t.Fatalf("%q\ngot  %s\n%s\nwant %s\n%s", text, got, a.Body, rows, body)
	}
}

// given are parameters that need no reading.
type given map[string]string

func (g given) Get(name string) (string, bool) {
	value, ok := g[name]
	return value, ok
}

func FuzzBulk(f *testing.F) {
	for _, seed := range []string{
		`[[0,16,1137],[2,17,1437,3164],[4,19,1412,3077]]`,
		`[[1700000000,"emontx4",{"V1":241.2,"P1":-12,"T1":null}],[1700000010,10,1,2,3,-67]]`, // emonhub
		`[[0,"iotawatt",241.23,0.5,null,1205.1]]`,
		`[[0,true,1],["5 s",null,"1e3x",false,{"a\u00e9":"7","":1}]]`,
		`[[1.5e1,1e25,-0.0,0.1e-3,123456789012345678901234567890]]`,
		` [ [ 0 , "a/b" , [ ] ] , 7 , [ ] , [ 1 , 2 ] ] `,
		`[[0,5,1e400],[0,{},1],[-2000000000,5,1]]`,
		`{"a":1}`, `5`, `[]`, `[[0,5,01]]`, "[[0,\"\x80\xff\",{\"\xe2\x28\":1}]]",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if depth(text) > 500 {
			t.Skip("deeper than one side reads")
		}
		compareBulk(t, text)
	})
}

// TestBulkLikeOracle builds bulks that are mostly sound, which fuzzing seldom hits upon.
func TestBulkLikeOracle(t *testing.T) {
	scalar := rapid.OneOf(
		rapid.Map(rapid.Float64(), func(v float64) string {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return "null"
			}
			return strconv.FormatFloat(v, 'g', -1, 64)
		}),
		rapid.Map(rapid.IntRange(-1000, 1000), func(v int) string { return fmt.Sprintf("%d.%d", v, max(v, -v)) }),
		rapid.Map(rapid.Int64(), func(v int64) string { return strconv.FormatInt(v, 10) }),
		rapid.SampledFrom([]string{"null", "true", "false", `"12"`, `" 7 W"`, `"x"`, `""`, "0", "-0", "1e400", "01", "[]", "[1]", "nul"}),
		rapid.Map(rapid.String(), strconv.Quote),
	)
	name := rapid.SampledFrom([]string{`"a"`, `"b/ "`, `"c d"`, `"1"`, `"2"`, `"é"`, `"\u00e9"`, `""`})
	members := rapid.Map(rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
		return name.Draw(t, "name") + ":" + scalar.Draw(t, "member")
	}), 0, 4), func(m []string) string { return "{" + strings.Join(m, ",") + "}" })
	node := rapid.OneOf(rapid.SampledFrom([]string{"5", "6", `"emontx"`, `" emontx "`}), scalar, members)
	offset := rapid.OneOf(rapid.Map(rapid.IntRange(-100, 100), strconv.Itoa), scalar)
	row := rapid.Custom(func(t *rapid.T) string {
		parts := []string{offset.Draw(t, "offset"), node.Draw(t, "node")}
		parts = append(parts, rapid.SliceOfN(rapid.OneOf(scalar, scalar, members), 0, 5).Draw(t, "values")...)
		parts = parts[:rapid.IntRange(max(0, len(parts)-3), len(parts)).Draw(t, "cut")]
		return "[" + strings.Join(parts, ",") + "]"
	})
	rapid.Check(t, func(t *rapid.T) {
		compareBulk(t, "["+strings.Join(rapid.SliceOfN(row, 0, 6).Draw(t, "rows"), ",")+"]")
	})
}

// FuzzNumber holds every number against strconv, bit for bit.
func FuzzNumber(f *testing.F) {
	for _, seed := range []string{"0", "-0", "1.5", "9007199254740993", "1e22", "1e23", "123456789012345678", "0.1", "-.5", "5.", "4.9e-324", "1.7976931348623159e308", "00.10", "1.00000000000000000000001"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		whole := text != "" && number.FindString(text) == text && !strings.ContainsAny(text, "+ \t\n\r\v\f")
		want, err := strconv.ParseFloat(text, 64)
		b, _ := decoder().Post(7, "", given{"csv": text}, now)
		if !whole || err != nil {
			if whole && b != nil {
				t.Fatalf("%q is taken", text)
			}
			return
		}
		if b == nil {
			t.Fatalf("%q is refused", text)
		}
		if got := b.Post.Rows[0].Cells[0].Value; math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("%q is %v, want %v", text, got, want)
		}
	})
}

func TestNumbersLikeStrconv(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64().Draw(t, "v")
		text := strconv.FormatFloat(v, rapid.SampledFrom([]byte("fge")).Draw(t, "form"), rapid.IntRange(-1, 20).Draw(t, "digits"), 64)
		text = strings.ReplaceAll(text, "+", "")
		want, err := strconv.ParseFloat(text, 64)
		b, a := decoder().Post(7, "", given{"fulljson": "[" + text + "]"}, now)
		if err != nil || math.IsNaN(want) || math.IsInf(want, 0) {
			if b != nil {
				t.Fatalf("%q is taken", text)
			}
			return
		}
		if b == nil {
			t.Fatalf("%q: %s", text, a.Body)
		}
		if got := b.Post.Rows[0].Cells[0].Value; math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("%q is %v, want %v", text, got, want)
		}
	})
}

// FuzzPost checks what holds for every post: it is stored whole under sound names, or not at all.
func FuzzPost(f *testing.F) {
	f.Add("emontx", "json", "{power:250,temp:19.5}", "")
	f.Add("", "json", `{"sensor.a": 1, "sensor.b": 2}`, "1700000000") // pyemoncms
	f.Add("espeasy", "json", "{field1:22.5,field2:3}", "")
	f.Add("openevse", "fulljson", `{"amp":0,"wh":1234,"temp1":310,"state":null,"time":"2023-11-14T22:13:20Z"}`, "")
	f.Add("a/b", "csv", "1,null,-3e5", "yesterday")
	f.Add("\xff", "data", ":,:", "-1")
	f.Fuzz(func(t *testing.T, node, key, text, at string) {
		b, a := decoder().Post(7, node, given{key: text, "time": at}, now)
		checkSound(t, b)
		if good := a.Body == ok || a.Body == okJSON; b != nil && !good {
			t.Fatalf("stored and answered %s", a.Body)
		}
	})
}

func checkSound(t *testing.T, b *httpin.Batch) {
	t.Helper()
	if b == nil {
		return
	}
	for _, name := range b.Post.Names {
		if name == "" || len(name) > 255 || !utf8.ValidString(name) || strings.TrimSpace(name) != name {
			t.Fatalf("name %q", name)
		}
	}
	for _, row := range b.Post.Rows {
		if row.Time < 0 || row.Time > math.MaxUint32 || len(row.Cells) == 0 || row.Node >= len(b.Post.Names) {
			t.Fatalf("row %+v", row)
		}
		for _, cell := range row.Cells {
			if math.IsNaN(cell.Value) || math.IsInf(cell.Value, 0) || cell.Name >= len(b.Post.Names) {
				t.Fatalf("cell %+v", cell)
			}
		}
	}
}

// TestClients replays what known senders put on the wire, through form and decoder.
func TestClients(t *testing.T) {
	packed := zipped(t, `[[1699999990,"emontx4",{"V1":241.2,"P1":-12}],[1700000000,10,1,2,-67]]`)
	for _, test := range []struct {
		name, method, target, kind, body string
		rows, answer                     string
	}{
		{"emonhub", "POST", "/input/bulk.json?sentat=1700000000", "application/x-www-form-urlencoded",
			"data=%5B%5B1699999990%2C+%22emontx4%22%2C+241.2%2C+-12%5D%5D", "-10 emontx4: 1=241.2 2=-12", ok},
		{"emonhub compressed", "POST", "/input/bulk.json?sentat=1700000000&cb=1", "", packed,
			"-10 emontx4: V1=241.2 P1=-12\n+0 10: 1=1 2=2 3=-67", ok},
		{"hexadecimal", "POST", "/input/bulk?time=0&c=1", "application/x-www-form-urlencoded", "data=" + hex.EncodeToString([]byte(packed)),
			"-10 emontx4: V1=241.2 P1=-12\n+0 10: 1=1 2=2 3=-67", ok},
		{"pyemoncms", "POST", "/input/post?apikey=K&json=%7B%22sensor.a%22%3A+1%2C+%22sensor.b%22%3A+2.5%7D&node=ha", "", "",
			"+0 ha: sensor.a=1 sensor.b=2.5", ok},
		{"Node-RED", "GET", "/input/post?fulljson=%7B%22a%22%3A1%7D&node=red&apikey=K&time=1700000001", "", "", "+1 red: a=1", okJSON},
		{"Node-RED without ?", "GET", "/input/post.json&json={a:1}&node=red&apikey=K", "", "", "+0 red: a=1", ok},
		{"IoTaWatt", "POST", "/input/bulk", "application/x-www-form-urlencoded", `time=1700000000&data=[[0,"wat",241.2,null,5],[5,"wat",1]]`,
			"+0 wat: 1=241.2 3=5\n+5 wat: 1=1", ok},
		{"ESPEasy", "GET", "/emoncms/input/post.json?node=1&json={field1:22.5,field2:3}&apikey=K", "", "", "+0 1: field1=22.5 field2=3", ok},
		{"OpenEVSE", "GET", "/emoncms/input/post?fulljson=%7B%22amp%22%3A0%2C%22wh%22%3A1234%7D&node=openevse&apikey=K", "", "", "+0 openevse: amp=0 wh=1234", okJSON},
		{"node in path", "GET", "//input//post/shed.json?node=par&csv=1;2%zz,3", "", "", "", failed("Format error: csv value is not numeric")},
		{"JSON body", "POST", "/input/post?node=1", "application/json", `{"a":1}`, "", failed("Request contains no data via csv, json or data tag")},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), test.method, "/", strings.NewReader(test.body))
			r.RequestURI, r.Header = test.target, http.Header{}
			if test.kind != "" {
				r.Header.Set("Content-Type", test.kind)
			}
			q, err := form.Parse(r, 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			if q.Segment(0) != "input" {
				t.Fatalf("path %q", q.Path)
			}
			d := decoder()
			if q.Segment(1) == "bulk" {
				b, a := d.Bulk(7, q, q.Raw, now)
				checkBatch(t, b, a, test.rows, test.answer)
				return
			}
			b, a := d.Post(7, q.Segment(2), q, now)
			checkBatch(t, b, a, test.rows, test.answer)
		})
	}
}
