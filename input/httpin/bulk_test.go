package httpin_test

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/weirhq/weir/input"
	"github.com/weirhq/weir/input/httpin"
)

func TestBulk(t *testing.T) {
	noJSON := failed("Format error, json string supplied is not valid")
	noLast := failed("Format error, last item in bulk data does not contain any data")
	nodeFault := failed("Format error, node must not be an object")
	valueFault := failed("Format error, json value is not numeric")
	keyFault := failed("Format error, json key missing or invalid character")
	for _, test := range []struct {
		name, query string
		rows, body  string
	}{
		{"last row is now", "data=[[0,16,1137],[2,17,1437,3164],[4,19,1412,3077]]", "-4 16: 1=1137\n-2 17: 1=1437 2=3164\n+0 19: 1=1412 2=3077", ok},
		{"offset", "data=[[-10,16,1],[-8,17,2]]&offset=-10", "+0 16: 1=1\n+2 17: 1=2", ok},
		{"sentat", "data=[[520,16,1],[530,17,2]]&sentat=543", "-23 16: 1=1\n-13 17: 1=2", ok},
		{"sentat before all", "data=[[520,16,1]]&sentat=543&offset=1&time=1", "-23 16: 1=1", ok},
		{"offset before time", "data=[[0,16,1]]&offset=1&time=1", "-1 16: 1=1", ok},
		{"time", "data=[[0,16,1],[5,16,2]]&time=1700000100", "+100 16: 1=1\n+105 16: 1=2", ok},
		{"time zero", "data=[[1700000001,16,1]]&time=0", "+1 16: 1=1", ok},
		{"time date", "data=[[5,16,1]]&time=2023-11-14T22:13:20Z", "+5 16: 1=1", ok},
		{"time word counts as zero", "data=[[1700000001,16,1]]&time=x", "+1 16: 1=1", ok},
		{"sentat with a tail", "data=[[5,16,1]]&sentat=5s", "+0 16: 1=1", ok},
		{"fractions are dropped", "data=[[1.9,16,1],[-1.9,16,2],[0,16,3]]", "+1 16: 1=1\n-1 16: 1=2\n+0 16: 1=3", ok},
		{"text offset", `data=[["5",16,1],["",16,2]]`, "+5 16: 1=1\n+0 16: 1=2", ok},
		{"named node", `data=[[0,"emontx",1,2]]`, "+0 emontx: 1=1 2=2", ok},
		{"named values", `data=[[0,"emontx",{"power":250,"temp":19.5}]]`, "+0 emontx: power=250 temp=19.5", ok},
		{"objects do not count", `data=[[0,5,1,{"a":2},3,{"b":4,"c":5},6]]`, "+0 5: 1=1 a=2 2=3 b=4 c=5 3=6", ok},
		{"null counts and is skipped", "data=[[0,5,null,7,null]]", "+0 5: 2=7", ok},
		{"null member", `data=[[0,5,{"a":null,"b":1}]]`, "+0 5: b=1", ok},
		{"row of null", "data=[[0,5,null],[1,5,1]]", "+0 5: 1=1", ok},
		{"casts", `data=[[0,5,"12.5","abc",true,false,"1e2x"]]`, "+0 5: 1=12.5 2=0 3=1 4=0 5=100", ok},
		{"short rows are skipped", "data=[[],[0],[0,5],[0,{}],[1,5,1]]", "+0 5: 1=1", ok},
		{"short last row gives the time", "data=[[1,5,1],[9]]", "-8 5: 1=1", ok},
		{"node empty", `data=[[0,"",1],[0,null,2],[0,false,3]]`, "+0 0: 1=1\n+0 0: 1=2\n+0 0: 1=3", ok},
		{"node true", "data=[[0,true,1]]", "+0 1: 1=1", ok},
		{"node numbers", "data=[[0,10,1],[0,10.0,1],[0,1e1,1],[0,-5,1],[0,0.1,1],[0,12345678901234567890,1]]",
			"+0 10: 1=1\n+0 10: 1=1\n+0 10: 1=1\n+0 -5: 1=1\n+0 0.1: 1=1\n+0 12345678901235000000: 1=1", ok},
		{"node filtered", `data=[[0," a/b ",1]]`, "+0 ab: 1=1", ok},
		{"name filtered", `data=[[0,5,{" x/y ":1}]]`, "+0 5: xy=1", ok},
		{"one name twice", `data=[[0,5,{"a":1,"b":2,"a":3}],[0,5,{"a":4}]]`, "+0 5: a=3 b=2\n+0 5: a=4", ok},
		{"name meets position", `data=[[0,5,{"1":9},2]]`, "+0 5: 1=2", ok},
		{"spaces", "data=%20[%0a[%090 ,\"a\" , 1 ,{ \"b\" : 2 } ]%0d]%20", "+0 a: 1=1 b=2", ok},
		{"escapes", `data=[[0,"caf\u00e9",{"t\u002eemp":1}]]`, "+0 café: t.emp=1", ok},
		{"number forms", "data=[[0,5,1e3,-0.5E-1,0,-0,1.25e%2B2]]", "+0 5: 1=1000 2=-0.05 3=0 4=-0 5=125", ok},
		{"fulljson style", "data=[[0,5,1]]&fulljson=", "+0 5: 1=1", okJSON},
		{"c off", "data=[[0,5,1]]&c=0", "+0 5: 1=1", ok},

		{"no data", "time=1", "", noJSON},
		{"empty", "data=", "", noJSON},
		{"empty array", "data=[]", "", noJSON},
		{"scalar", "data=5", "", noJSON},
		{"text", `data="a"`, "", noJSON},
		{"object", `data={"a":1}`, "", noJSON},
		{"null", "data=null", "", noJSON},
		{"cut", "data=[[0,5,1],[0,5", "", noJSON},
		{"comma", "data=[[0,5,1],]", "", noJSON},
		{"comma in row", "data=[[0,5,1,]]", "", noJSON},
		{"tail", "data=[[0,5,1]]x", "", noJSON},
		{"NaN", "data=[[0,5,NaN]]", "", noJSON},
		{"leading zero", "data=[[0,5,01]]", "", noJSON},
		{"plus", "data=[[0,5,%2B1]]", "", noJSON},
		{"bare dot", "data=[[0,5,.5]]", "", noJSON},
		{"trailing dot", "data=[[0,5,5.]]", "", noJSON},
		{"bare exponent", "data=[[0,5,1e]]", "", noJSON},
		{"control in text", "data=[[0,\"a%01\",1]]", "", noJSON},
		{"bad escape", `data=[[0,"a\x",1]]`, "", noJSON},
		{"cut in object", `data=[[0,5,{"a":1`, "", noJSON},
		{"cut in key", `data=[[0,5,{"a`, "", noJSON},
		{"cut in nest", `data=[[0,5,[{"a":[1`, "", noJSON},
		{"no colon", `data=[[0,5,{"a"}]]`, "", noJSON},
		{"no colon in nest", `data=[[0,5,[{"a"}]]]`, "", noJSON},
		{"empty object", `data=[[0,5,{},1]]`, "+0 5: 1=1", ok},
		{"empty nests", `data=[[0,5,[{},[],{"a":[]}]]]`, "", valueFault},
		{"bad word", "data=[[0,5,nul]]", "", noJSON},
		{"late syntax voids all", "data=[[0,5,1],[0,{},1],[0,5,x]]", "", noJSON},
		{"deep", "data=[[0,5," + strings.Repeat("[", 600) + strings.Repeat("]", 600) + "]]", "", noJSON},
		{"last row empty", "data=[[0,5,1],[]]", "", noLast},
		{"last row no array", "data=[[0,5,1],7]", "", noLast},
		{"last offset null", "data=[[0,5,1],[null,5,1]]", "", noLast},
		{"node object", `data=[[0,{"a":1},1]]`, "", nodeFault},
		{"node array", "data=[[0,[1],1]]", "", nodeFault},
		{"rows before stay", `data=[[0,5,1],[1,{},2],[2,5,3]]`, "-2 5: 1=1", nodeFault},
		{"row no array", "data=[[0,5,1],7,[2,5,3]]", "-2 5: 1=1", noJSON},
		{"nested value", "data=[[0,5,1],[1,5,6,[2]],[2,5,3]]", "-2 5: 1=1", valueFault},
		{"nested member", `data=[[0,5,{"a":{}}]]`, "", valueFault},
		{"nested offset", "data=[[[],5,1]]", "", valueFault},
		{"beyond float64", "data=[[0,5,1],[1,5,1e400],[2,5,3]]", "-2 5: 1=1", valueFault},
		{"member beyond float64", `data=[[0,5,{"a":-1e400}]]`, "", valueFault},
		{"no key", `data=[[0,5,{"":1}]]`, "", keyFault},
		{"foreign key", `data=[[0,5,{"(/)":null}]]`, "", keyFault},
		{"foreign node", `data=[[0,"///",1]]`, "", keyFault},
		{"time before 1970", "data=[[0,5,1],[-1700000001,5,2],[0,5,3]]", "+0 5: 1=1", failed("Format error, time -1 is not between 0 and 4294967295 (unix seconds)")},
		{"time in milliseconds", "data=[[0,5,1]]&time=1700000000000", "", failed("Format error, time 1700000000000 is not between 0 and 4294967295 (unix seconds)")},
		{"time far off", "data=[[1e300,5,1]]&sentat=-1e300", "", failed("Format error, time 2305843010913693952 is not between 0 and 4294967295 (unix seconds)")},
		{"hex not valid", "c=1&data=zz", "", failed("Format error, compressed hex not valid")},
		{"hex no stream", "c=1&data=abcdef", "", failed("Format error, compressed hex not valid")},
		{"hex missing", "c=1", "", failed("Format error, compressed hex not valid")},
		{"body missing", "cb=1", "", noJSON},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := decoder()
			for range 2 { // a released batch serves the next request
				b, a := d.Bulk(7, values(t, test.query), "", now)
				checkBatch(t, b, a, test.rows, test.body)
			}
		})
	}
}

func zipped(t testing.TB, text string) string {
	t.Helper()
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.String()
}

func TestBulkCompressed(t *testing.T) {
	const data, rows = `[[0,"emontx",1,2],[10,"emontx",3]]`, "-10 emontx: 1=1 2=2\n+0 emontx: 1=3"
	d := decoder()
	stream := zipped(t, data)
	for range 3 { // also with a reader that has served before, well and badly
		b, a := d.Bulk(7, values(t, "c=1&data="+hex.EncodeToString([]byte(stream))), "", now)
		checkBatch(t, b, a, rows, ok)
		b, a = d.Bulk(7, values(t, "cb=1&sentat=10"), stream, now)
		checkBatch(t, b, a, rows, ok)
		b, a = d.Bulk(7, values(t, "cb=1"), stream[:len(stream)-1], now)
		checkBatch(t, b, a, "", failed("Format error, json string supplied is not valid"))
		b, a = d.Bulk(7, values(t, "c=1&data="+hex.EncodeToString([]byte(stream[:9]))), "", now)
		checkBatch(t, b, a, "", failed("Format error, compressed hex not valid"))
	}
}

func TestBulkLimits(t *testing.T) {
	cfg := input.Default()
	cfg.MaxInflated, cfg.MaxValues = 1<<20, 1000
	d := httpin.New(cfg)
	bomb := zipped(t, strings.Repeat(" ", 4<<20))
	b, a := d.Bulk(7, values(t, "cb=1"), bomb, now)
	checkBatch(t, b, a, "", failed("Format error, data is larger than 1048576 bytes when decompressed"))
	b, a = d.Bulk(7, values(t, "data=[[0,5"+strings.Repeat(",1", 1001)+"]]"), "", now)
	checkBatch(t, b, a, "", failed("Format error, more than 1000 values in one request"))
}
