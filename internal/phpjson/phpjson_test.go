package phpjson_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/weirhq/weir/internal/phpjson"
)

func TestAppendFloat(t *testing.T) {
	f := func(in float64, want string) {
		t.Helper()
		if got := string(phpjson.AppendFloat(nil, in)); got != want {
			t.Errorf("%g: got %s, want %s", in, got, want)
		}
	}
	f(0, "0")
	f(math.Copysign(0, -1), "-0")
	f(1, "1")
	f(-230, "-230")
	f(230.5, "230.5")
	f(0.1, "0.1")
	f(float64(float32(0.26)), "0.25999999046325684")
	f(1.0/3, "0.3333333333333333")
	f(0.0001, "0.0001")
	f(0.00012345, "0.00012345")
	f(0.00001, "1.0e-5")
	f(-0.000099999, "-9.9999e-5")
	f(1.5e-7, "1.5e-7")
	f(1e15, "1000000000000000")
	f(1e16, "10000000000000000")
	f(12345678901234567, "12345678901234568")
	f(99999999999999984, "99999999999999980")
	f(1e17, "1.0e+17")
	f(123456789012345678, "1.2345678901234568e+17")
	f(-1e25, "-1.0e+25")
	f(2.5e100, "2.5e+100")
	f(math.MaxFloat64, "1.7976931348623157e+308")
	f(math.SmallestNonzeroFloat64, "5.0e-324")
	f(math.NaN(), "null")
	f(math.Inf(1), "null")
	f(math.Inf(-1), "null")
}

func TestAppendString(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got := string(phpjson.AppendString(nil, in)); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
	f("", `""`)
	f("plain text", `"plain text"`)
	f("a/b", `"a\/b"`)
	f(`"\`, `"\"\\"`)
	f("\b\f\n\r\t\x00\x1f", `"\b\f\n\r\t\u0000\u001f"`)
	f("\x7f", "\"\x7f\"")
	f("Küche", `"K\u00fcche"`)
	f("電力", `"\u96fb\u529b"`)
	f("x😀y", `"x\ud83d\ude00y"`)
	f("bad \xff byte", `"bad \ufffd byte"`)
	f("\u2028<&>'", `"\u2028<&>'"`)
}

func TestWriter(t *testing.T) {
	var w phpjson.Writer
	w.Object().
		Key("a").Array().Pair(1, 2.5).Pair(2, math.NaN()).EndArray().
		Key("b:").String("x:").
		Key("{").Object().EndObject().
		Key("n").Null().Key("i").Int(-3).Key("s").IntString(7).Key("t").Bool(true).Key("f").Float(3).
		EndObject()
	want := `{"a":[[1,2.5],[2,null]],"b:":"x:","{":{},"n":null,"i":-3,"s":"7","t":true,"f":3}`
	if got := string(w.Bytes()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func FuzzString(f *testing.F) {
	for _, s := range []string{"", "a/b", "\xff\xfe", "😀", "\x00\"\\", strings.Repeat("ü", 40)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := phpjson.AppendString(nil, s)
		var back string
		if err := json.Unmarshal(got, &back); err != nil {
			t.Fatalf("%q: %s: %v", s, got, err)
		}
		if want := strings.ToValidUTF8(s, "\ufffd"); strings.ToValidUTF8(s, "") == s && back != want {
			t.Errorf("%q came back as %q", s, back)
		}
		for _, c := range got {
			if c >= 0x80 {
				t.Fatalf("%q: byte %#x is not ASCII", s, c)
			}
		}
	})
}

func FuzzFloat(f *testing.F) {
	for _, v := range []float64{0, 1, -1, 0.1, 1e-5, 1e17, 1e300, math.SmallestNonzeroFloat64, math.MaxFloat64, 99999999999999984} {
		f.Add(math.Float64bits(v))
	}
	f.Fuzz(func(t *testing.T, bits uint64) {
		v := math.Float64frombits(bits)
		got := phpjson.AppendFloat(nil, v)
		var back *float64
		if err := json.Unmarshal(got, &back); err != nil {
			t.Fatalf("%g: %s: %v", v, got, err)
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			if back != nil {
				t.Errorf("%g: %s", v, got)
			}
			return
		}
		if *back != v {
			t.Errorf("%g came back as %g", v, *back)
		}
	})
}

// BenchmarkPoints renders the most a feed answers at once: 20,000 points with values as float32 files give them.
func BenchmarkPoints(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	values := make([]float64, 20000)
	for i := range values {
		values[i] = float64(float32(random.NormFloat64() * 1000))
	}
	w := phpjson.On(make([]byte, 0, 1<<20))
	b.ReportAllocs()
	for b.Loop() {
		w.Reset()
		w.Array()
		for i, v := range values {
			w.Pair(1_700_000_000_000+int64(i)*10_000, v)
		}
		w.EndArray()
	}
	b.SetBytes(int64(len(w.Bytes())))
}
