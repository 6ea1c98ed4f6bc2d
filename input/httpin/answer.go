package httpin

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/weirhq/weir"
)

// Answer is what the sender gets.
type Answer struct {
	Status      int
	ContentType string
	Body        string
}

// What clients compare with, to the byte.
const (
	okText     = "ok"
	okJSON     = `{"success": true}`
	errNoData  = "Request contains no data via csv, json or data tag"
	errCSV     = "Format error: csv value is not numeric"
	errValue   = "Format error, json value is not numeric"
	errKey     = "Format error, json key missing or invalid character"
	errStrict  = "Input in not a valid JSON object"
	errBulk    = "Format error, json string supplied is not valid"
	errLastRow = "Format error, last item in bulk data does not contain any data"
	errNode    = "Format error, node must not be an object"
	errHex     = "Format error, compressed hex not valid"
)

func answer(body string) Answer {
	return Answer{Status: http.StatusOK, ContentType: "text/plain;charset=UTF-8", Body: body}
}

// success words the good answer in the way the request was made.
func success(strict bool) Answer {
	if strict {
		return answer(okJSON)
	}
	return answer(okText)
}

// failure words a bad one. The spaces are part of the format.
func failure(message string) Answer {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(message) // a string always encodes
	return answer(`{"success": false, "message": ` + strings.TrimSuffix(text.String(), "\n") + "}")
}

// Failed is the answer for an error that came up after decoding, such as too many nodes. The status is 200, as
// emoncms has it, unless the sender should try again later or the fault is the server's.
func Failed(err error) Answer {
	a := failure(weir.Message(err))
	switch weir.KindOf(err) {
	case weir.Unavailable:
		a.Status = http.StatusServiceUnavailable
	case weir.Internal:
		a.Status = http.StatusInternalServerError
	default:
	}
	return a
}
