package api_test

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/weirhq/weir/web"
)

// listen puts a world behind a real server.
func (w *world) listen(t *testing.T) (addr string) {
	t.Helper()
	cfg := web.Default()
	cfg.Listen = "127.0.0.1:0"
	s, err := web.New(cfg, w.handler, discard())
	check(t, err)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		check(t, <-done)
		check(t, s.Release())
	})
	return s.Addr().String()
}

// TestClients replays what programs in the field send, to the byte, and looks at what they look at.
func TestClients(t *testing.T) {
	w := newWorld(t)
	addr := w.listen(t)
	w.feed("use", 10)
	w.feed("use_kwh", 10)
	w.expect("/feed/insert.json?id=1&time=1700000000&value=230.5&apikey=KEY", "230.5")
	var deflated bytes.Buffer
	z := zlib.NewWriter(&deflated)
	_, err := io.WriteString(z, `[[1700000000,"emontx4",1,2],[1700000010,"emontx4",{"power":3}]]`)
	check(t, err)
	check(t, z.Close())
	row := func(id, name, size, time, value string) string {
		return `{"id":"` + id + `","userid":"1","name":"` + name + `","tag":"t","public":"0","size":"` + size + `","engine":"5","processList":"","unit":"","time":` + time + `,"value":` + value + `}`
	}
	use, useKWh := row("1", "use", "20", "1700000000", "230.5"), row("2", "use_kwh", "16", "null", "null")

	for _, c := range []struct {
		name, request, body, contentType string
	}{
		{
			"emonHub, form", "POST /input/bulk.json?sentat=1700000020 HTTP/1.1\r\nHost: h\r\nAccept-Encoding: identity\r\nAuthorization: Bearer KEY\r\n" +
				"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: LENGTH\r\n\r\n" +
				"data=%5B%5B1700000000%2C+%22emontx4%22%2C+1%2C+2%5D%5D", "ok", "text/plain",
		},
		{
			"emonHub, compressed", "POST /input/bulk.json?time=0&cb=1 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer KEY\r\nContent-Length: LENGTH\r\n\r\n" + deflated.String(),
			"ok", "text/plain",
		},
		{"pyemoncms, list", "GET /feed/list.json?apikey=READ HTTP/1.1\r\nHost: h\r\n\r\n", "[" + use + "," + useKWh + "]", "application/json"},
		{"pyemoncms, fields", "GET /feed/aget.json?id=1&apikey=READ HTTP/1.1\r\nHost: h\r\n\r\n", use, "application/json"},
		{"pyemoncms, uuid", "GET /user/getuuid.json?apikey=READ HTTP/1.1\r\nHost: h\r\n\r\n", `{"success":true,"message":"` + w.user.UUID + `"}`, "application/json"},
		{
			"pyemoncms, post", "POST /input/post?apikey=KEY&json=%7B%22sensor.a%22:+1,+%22sensor.b%22:+2.5%7D&node=hass&time=1700000000 HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n",
			"ok", "text/plain",
		},
		{"Node-RED, fulljson", "GET /input/post?fulljson=%7B%22a%22%3A1%7D&node=nr&apikey=KEY HTTP/1.1\r\nHost: h\r\n\r\n", `{"success": true}`, "text/plain"},
		{"Node-RED, csv", "GET /input/post.json?csv=1,2&node=nr&apikey=KEY HTTP/1.1\r\nHost: h\r\n\r\n", "ok", "text/plain"},
		{"Node-RED in, no question mark", "GET /feed/aget.json&apikey=KEY&id=1 HTTP/1.1\r\nHost: h\r\n\r\n", use, "application/json"},
		{"EmonESP", "GET /emoncms/input/post?fulljson=%7B%22temp%22%3A21.5%7D&node=esp&apikey=KEY HTTP/1.1\r\nHost: h\r\n\r\n", `{"success": true}`, "text/plain"},
		{"IoTaWatt, where to resume", "GET /input/get?node=iotawatt HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer KEY\r\n\r\n", `"Node does not exist"`, "application/json"},
		{
			"IoTaWatt, not encoded", "POST /input/bulk HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer KEY\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: LENGTH\r\n\r\n" +
				`time=1700000000&data=[[0,"iotawatt",120.1,null],[10,"iotawatt",120.2,5]]`, "ok", "text/plain",
		},
		{
			"IoTaWatt, resume", "GET /input/get?node=iotawatt HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer KEY\r\n\r\n",
			`{"1":{"time":1700000010,"value":120.2,"processList":""},"2":{"time":1700000010,"value":5,"processList":""}}`, "application/json",
		},
		{"ESPEasy, raw braces, HTTP/1.0", "GET /emoncms/input/post.json?node=7&json={field1:22.50,field2:3.00}&apikey=KEY HTTP/1.0\r\n\r\n", "ok", "text/plain"},
		{"Android, fetch", "GET /feed/fetch.json?apikey=READ&ids=1,2 HTTP/1.1\r\nHost: h\r\n\r\n", "[230.5,null]", "application/json"},
		{
			"Android, data", "GET /feed/data.json?apikey=READ&id=1&start=1699999990000&end=1700000010000&interval=10&skipmissing=1&limitinterval=1 HTTP/1.1\r\nHost: h\r\n\r\n",
			"[[1700000000000,230.5]]", "application/json",
		},
		{"iOS, version", "GET /version HTTP/1.1\r\nHost: h\r\n\r\n", "11.16.8", "text/plain"},
		{
			"iOS, auth", "POST /user/auth.json HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: LENGTH\r\n\r\nusername=alice&password=secret%20of%20alice",
			`{"success":true,"userid":1,"apikey_write":"KEY","apikey_read":"READ"}`, "application/json",
		},
		{"iOS, field", "GET /feed/get.json?apikey=READ&id=1&field=name HTTP/1.1\r\nHost: h\r\n\r\n", `"use"`, "application/json"},
		{"iOS, value", "GET /feed/value.json?apikey=READ&id=1 HTTP/1.1\r\nHost: h\r\n\r\n", `230.5`, "application/json"},
		{"OVMS and curl, two slashes", "GET //input/post?node=x&csv=1&apikey=KEY HTTP/1.1\r\nHost: h\r\n\r\n", "ok", "text/plain"},
	} {
		t.Run(c.name, func(t *testing.T) {
			request := w.fill(c.request)
			if head, body, ok := strings.Cut(request, "\r\n\r\n"); ok {
				request = strings.Replace(head, "LENGTH", strconv.Itoa(len(body)), 1) + "\r\n\r\n" + body
			}
			resp, got := exchange(t, addr, request)
			if want := w.fill(c.body); resp.StatusCode != http.StatusOK || got != want || !strings.HasPrefix(resp.Header.Get("Content-Type"), c.contentType) {
				t.Errorf("got %d %s %s\nwant %s", resp.StatusCode, resp.Header.Get("Content-Type"), got, want)
			}
		})
	}
	w.expect("/input/get/emontx4?apikey=KEY", `{"1":{"time":1700000000,"value":1,"processList":""},"2":{"time":1700000000,"value":2,"processList":""},"power":{"time":1700000010,"value":3,"processList":""}}`)
	w.expect("/input/get/hass?apikey=KEY", `{"sensor.a":{"time":1700000000,"value":1,"processList":""},"sensor.b":{"time":1700000000,"value":2.5,"processList":""}}`)
}

// exchange sends bytes as they are and reads one response.
func exchange(t *testing.T, addr, request string) (*http.Response, string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	check(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, request)
	check(t, err)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	check(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	check(t, err)
	return resp, string(body)
}
