// Package phpjson prints JSON the way PHP's json_encode does, because clients of the compatible API scan its bytes.
//
//	value             printed as          note
//	230.0             230                 a whole number has no fraction
//	0.26 as float32   0.25999999046325684 shortest digits that read back as the same float64
//	0.00001           1.0e-5              exponent below 1e-4 and from 18 digits on, mantissa always with a fraction
//	1e17              1.0e+17
//	-0.0              -0
//	NaN, Inf          null
//	"a/b"             "a\/b"
//	"é", "😀"         "\u00e9", "\ud83d\ude00"
//
// A Writer appends to one buffer and keeps track of commas by itself, so that an answer reads in the order it is
// printed:
//
//	w.Object().Key("success").Bool(false).Key("message").String(text).EndObject()
package phpjson
