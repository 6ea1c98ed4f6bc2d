package api_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestPostAnswers(t *testing.T) {
	w := newWorld(t)
	failure := func(message string) string { return `{"success": false, "message": "` + message + `"}` }
	f := func(query, want string) {
		t.Helper()
		resp := w.send(request{target: w.fill("/input/post?apikey=KEY&" + query)})
		if got := text(t, resp); got != want || resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/plain;charset=UTF-8" {
			t.Errorf("%s: got %d %s %s, want %s", query, resp.StatusCode, resp.Header.Get("Content-Type"), got, want)
		}
	}
	f("node=a&json={power:250,temp:19.5}", "ok")
	f("node=a&csv=1,2,3", "ok")
	f("node=a&data=1,2,3", "ok")
	f(`node=a&fulljson={"power":250}`, `{"success": true}`)
	f("node=a", failure("Request contains no data via csv, json or data tag"))
	f("node=a&csv=1,x", failure("Format error: csv value is not numeric"))
	f("node=a&json={a:x}", failure("Format error, json value is not numeric"))
	f("node=a&json={:1}", failure("Format error, json key missing or invalid character"))
	f("node=a&fulljson={", failure("Input in not a valid JSON object"))
}

func TestPostFormsAndPlaces(t *testing.T) {
	w := newWorld(t)
	w.post("/input/post", "apikey=KEY&node=form&json={a:1}", "ok")
	w.post("/input/post?node=mixed&apikey=KEY", "json={a:1}", "ok")
	w.expect("/input/post/path?node=param&json={a:1}&apikey=KEY", "ok")
	w.expect("//input/post.json?node=slashes&json={a:1}&apikey=KEY", "ok")
	w.expect("/emoncms/input/post.json?node=prefix&json={field1:22.5}&apikey=KEY", "ok")
	w.expect("/api/post.json?node=old&json={a:1}&apikey=KEY", "ok")
	w.expect("/input/post&node=ampersand&json={a:1}&apikey=KEY", "ok")
	w.expect("/?q=input/post.json&node=q&json={a:1}&apikey=KEY", "ok")
	resp := w.send(request{target: "/input/post?node=bearer&csv=1", headers: []string{"Authorization: Bearer " + w.keys.Write}})
	if got := text(t, resp); got != "ok" {
		t.Errorf("bearer: %s", got)
	}
	resp = w.send(request{method: "POST", target: w.fill("/input/post?node=jsonbody&apikey=KEY"), body: `{"a":1}`, headers: []string{"Content-Type: application/json"}})
	if got := text(t, resp); !strings.Contains(got, "Request contains no data") {
		t.Errorf("application/json: %s", got)
	}
	_, nodes := w.get("/input/getinputs?apikey=READ")
	for _, node := range []string{"form", "mixed", "path", "slashes", "prefix", "old", "ampersand", "q", "bearer"} {
		if !strings.Contains(nodes, `"`+node+`":{`) {
			t.Errorf("node %s is missing in %s", node, nodes)
		}
	}
	if strings.Contains(nodes, "param") || strings.Contains(nodes, "jsonbody") {
		t.Errorf("unexpected node in %s", nodes)
	}
}

func TestMemberTimeIsNoInput(t *testing.T) {
	w := newWorld(t)
	w.expect(`/input/post?node=a&fulljson={"p":1,"Time":1700000000}&apikey=KEY`, `{"success": true}`)
	w.expect(`/input/post?node=a&fulljson={"p":2,"time":5}&time=1700000010&apikey=KEY`, `{"success": true}`)
	w.expect("/input/get/a?apikey=KEY", `{"p":{"time":1700000010,"value":2,"processList":""}}`)
}

func TestBulk(t *testing.T) {
	w := newWorld(t)
	now := time.Now().Unix()
	w.post("/input/bulk.json?time="+strconv.FormatInt(now, 10), `apikey=KEY&data=[[-10,"a",1,2],[0,"a",3,null],[0,"b",{"power":5}]]`, "ok")
	w.expect("/input/get/a/1?apikey=KEY", fmt.Sprintf(`{"time":%d,"value":3,"processList":""}`, now))
	w.expect("/input/get/a/2?apikey=KEY", fmt.Sprintf(`{"time":%d,"value":2,"processList":""}`, now-10))
	w.expect("/input/get?node=b&name=power&apikey=KEY", fmt.Sprintf(`{"time":%d,"value":5,"processList":""}`, now))
	w.post("/input/bulk", `apikey=KEY&data=[]`, `{"success": false, "message": "Format error, json string supplied is not valid"}`)
	w.post("/input/bulk", `apikey=KEY&data=5`, `{"success": false, "message": "Format error, json string supplied is not valid"}`)
	w.post("/input/bulk", `apikey=KEY&data=[[0,"c",1],[]]`, `{"success": false, "message": "Format error, last item in bulk data does not contain any data"}`)
}

func TestNodeLimitKeepsRowsBefore(t *testing.T) {
	w := newWorld(t)
	rows := make([]string, 33)
	for i := range rows {
		rows[i] = fmt.Sprintf(`[%d,"n%d",1]`, i, i)
	}
	w.post("/input/bulk", "apikey=KEY&time=1700000000&data=["+strings.Join(rows, ",")+"]",
		`{"success": false, "message": "Error: Reached the maximal allowed number of different NodeIds, limit is 32. Node 'n32' was ignored."}`)
	w.expect("/input/get/n31/1?apikey=KEY", `{"time":1700000031,"value":1,"processList":""}`)
	w.expect("/input/get/n32?apikey=KEY", `"Node does not exist"`)
}

func TestUnavailable(t *testing.T) {
	w := newWorld(t)
	w.pipeline.full.Store(true)
	resp := w.send(request{target: w.fill("/input/post?node=a&json={a:1}&apikey=KEY")})
	if got := text(t, resp); resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" ||
		got != `{"success": false, "message": "the stream is full: try again later"}` {
		t.Errorf("post: got %d %q %s", resp.StatusCode, resp.Header.Get("Retry-After"), got)
	}
	w.feed("power", 10)
	resp = w.send(request{target: w.fill("/feed/insert.json?id=1&time=100&value=1&apikey=KEY")})
	if got := text(t, resp); resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" ||
		got != `{"success":false,"message":"the stream is full: try again later"}` {
		t.Errorf("insert: got %d %q %s", resp.StatusCode, resp.Header.Get("Retry-After"), got)
	}
}

func TestInputListAndGet(t *testing.T) {
	w := newWorld(t)
	w.expect("/input/list?apikey=KEY", `[]`)
	w.expect("/input/get?apikey=KEY", `{}`)
	w.expect("/input/post?node=emontx&time=1700000000&json={power1:100,0:2.5}&apikey=KEY", "ok")
	w.expect("/input/list?apikey=READ", `[{"id":"1","nodeid":"emontx","name":"power1","description":"","processList":"","time":1700000000,"value":100},`+
		`{"id":"2","nodeid":"emontx","name":"0","description":"","processList":"","time":1700000000,"value":2.5}]`)
	w.expect("/input/list.json?apikey=KEY", body(w, "/input/list?apikey=KEY"))
	w.expect("/input/get?apikey=KEY", `{"emontx":{"power1":{"time":1700000000,"value":100,"processList":""},"0":{"time":1700000000,"value":2.5,"processList":""}}}`)
	w.expect("/input/get?node=emontx&apikey=KEY", `{"power1":{"time":1700000000,"value":100,"processList":""},"0":{"time":1700000000,"value":2.5,"processList":""}}`)
	w.expect("/input/get/emontx/power1?apikey=KEY", `{"time":1700000000,"value":100,"processList":""}`)
	w.expect("/input/get?node=x&apikey=KEY", `"Node does not exist"`)
	w.expect("/input/get/emontx/x?apikey=KEY", `"Node variable does not exist"`)
	w.expect("/input/getinputs?apikey=KEY", `{"emontx":{"power1":{"id":"1","processList":""},"0":{"id":"2","processList":""}}}`)
	w.expect("/input/get_inputs.json?apikey=KEY", `{"emontx":{"power1":{"id":"1","processList":""},"0":{"id":"2","processList":""}}}`)
}

func body(w *world, target string) string {
	_, got := w.get(target)
	return got
}

func TestInputSet(t *testing.T) {
	w := newWorld(t)
	w.expect("/input/post?node=a&time=1700000000&json={p:1,q:2}&apikey=KEY", "ok")
	w.expect(`/input/set?inputid=1&fields={"description":"K%C3%BCche","name":"power"}&apikey=KEY`,
		`{"success":true,"message":"Field updated","inputid":1,"fields":{"name":"power","description":"K\u00fcche"}}`)
	w.expect(`/input/get/a/power?apikey=KEY`, `{"time":1700000000,"value":1,"processList":""}`)
	w.expect(`/input/set?inputid=1&fields={"name":"a.b"}&apikey=KEY`, `{"success":false,"message":"invalid characters in input name"}`)
	w.expect(`/input/set?inputid=1&fields={"description":"<b>"}&apikey=KEY`, `{"success":false,"message":"invalid characters in input description"}`)
	w.expect(`/input/set?inputid=1&fields={}&apikey=KEY`, `{"success":false,"message":"Field could not be updated"}`)
	w.expect(`/input/set?inputid=99&fields={"description":"x"}&apikey=KEY`, `false`)
	w.post("/input/set-descriptions?apikey=KEY", `inputs=[{"id":1,"description":"one"},{"id":"2","description":"two"}]`,
		`{"success":true,"results":{"1":{"success":true,"message":"Description updated"},"2":{"success":true,"message":"Description updated"}}}`)
	w.post("/input/set-descriptions?apikey=KEY", `inputs=[{"id":99,"description":"x"},{"id":"y","description":"x"},{"id":2,"description":"<"}]`,
		`{"success":false,"results":{"99":{"success":false,"message":"Access denied"},"y":{"success":false,"message":"Invalid input id"},"2":{"success":false,"message":"Invalid characters in description"}}}`)
	w.expect("/input/set-node-input-descriptions?node=a&names=first,second&apikey=KEY", `{"success":true,"message":"Descriptions updated"}`)
	w.expect("/input/list?apikey=KEY", `[{"id":"1","nodeid":"a","name":"power","description":"first","processList":"","time":1700000000,"value":1},`+
		`{"id":"2","nodeid":"a","name":"q","description":"second","processList":"","time":1700000000,"value":2}]`)
}

func TestInputDelete(t *testing.T) {
	w := newWorld(t)
	w.expect("/input/post?node=a&time=1700000000&json={p:1,q:2,r:3,s:4}&apikey=KEY", "ok")
	w.feed("p", 10)
	w.expect("/input/delete?inputid=1&apikey=KEY", `{"success":true,"message":"Input deleted","userid":1,"inputid":1}`)
	w.expect("/input/delete?inputid=1&apikey=KEY", `false`)
	w.expect("/input/delete?inputids=[2,1,99]&apikey=KEY", `{"success":true,"message":"Inputs deleted"}`)
	w.post("/input/process/set?inputid=3&apikey=KEY", `processlist=1:1`, `{"success":true,"message":"Input processlist updated","encoded_processlist":"1:1"}`)
	resp := w.send(request{target: w.fill("/input/clean?apikey=KEY")})
	if got := text(t, resp); got != "Deleted 1 inputs" || resp.Header.Get("Content-Type") != "text/plain;charset=UTF-8" {
		t.Errorf("clean: %s", got)
	}
	w.expect("/input/getinputs?apikey=KEY", `{"a":{"r":{"id":"3","processList":"1:1"}}}`)
	if last := w.pipeline.LastInputs(w.user.ID); len(last) != 1 {
		t.Errorf("the worker remembers %v", last)
	}
}

func TestInputCreationSwitch(t *testing.T) {
	w := newWorld(t)
	w.expect("/input/isdisabled?apikey=KEY", "false")
	w.expect("/input/disable?apikey=KEY", `{"success":true,"userid":1,"message":"Input creation disabled"}`)
	w.expect("/input/isdisabled?apikey=KEY", "true")
	w.expect("/input/post?node=a&json={p:1}&apikey=KEY", "ok")
	w.expect("/input/list?apikey=KEY", `[]`)
	w.expect("/input/enable?apikey=KEY", `{"success":true,"userid":1,"message":"Input creation enabled"}`)
	w.expect("/input/post?node=a&time=1700000000&json={p:1}&apikey=KEY", "ok")
	w.expect("/input/get/a/p?apikey=KEY", `{"time":1700000000,"value":1,"processList":""}`)
}

func TestProcessLists(t *testing.T) {
	w := newWorld(t)
	w.expect("/input/post?node=a&time=1700000000&json={p:1,q:2}&apikey=KEY", "ok")
	w.feed("power", 10)
	set := func(list, want string) {
		t.Helper()
		w.post("/input/process/set.json?inputid=1&apikey=KEY", "processlist="+list, want)
	}
	no := func(message string) string { return `{"success":false,"message":"` + message + `"}` }
	set(`[{"fn":"process__scale","args":[0.1]},{"fn":"process__log_to_feed","args":[1]}]`,
		`{"success":true,"message":"Input processlist updated","encoded_processlist":"2:0.1,1:1"}`)
	set(`2:0.1,1:1`, `{"success":false,"message":"Input processlist was not updated","encoded_processlist":"2:0.1,1:1"}`)
	w.expect("/input/process/get.json?inputid=1&apikey=KEY", `"2:0.1,1:1"`)
	set(`5`, no("Process list must be an array"))
	set(`{"a":1}`, no("Process list must be an array"))
	set(`[{"args":[1]}]`, no("Missing process key in process list at index 0"))
	set(`[{"fn":"process__scale"}]`, no("Invalid or missing args in process list at index 0"))
	set(`[{"fn":"nonsense","args":[1]}]`, no("Invalid process process key:nonsense"))
	set(`[{"fn":"process__scale","args":["x"]}]`, no("Value is not numeric"))
	set(`[{"fn":"process__log_to_feed","args":[99]}]`, no("Invalid feed"))
	set(`[{"fn":"process__add_input","args":[99]}]`, no("Invalid input"))
	w.post("/input/process/set.json?inputid=99&apikey=KEY", "processlist=[]", "false")
	w.expect("/input/process/get.json?inputid=99&apikey=KEY", "false")

	w.expect("/input/post?node=a&time=1700000010&json={p:50}&apikey=KEY", "ok")
	w.expect("/feed/timevalue.json?id=1&apikey=KEY", `{"time":1700000010,"value":5}`)
	w.expect("/input/process/reset?inputid=1&apikey=KEY", `{"success":true,"message":"Input processlist updated","encoded_processlist":""}`)
	w.expect("/input/post?node=a&time=1700000020&json={p:60}&apikey=KEY", "ok")
	w.expect("/feed/timevalue.json?id=1&apikey=KEY", `{"time":1700000010,"value":5}`)

	if got := body(w, "/process/map.json?apikey=READ"); !strings.Contains(got, `"1":"process__log_to_feed"`) {
		t.Errorf("map: %s", got)
	}
	if got := body(w, "/process/list.json?context=0&apikey=READ"); !strings.HasPrefix(got, `{"process__log_to_feed":{"id_num":1,`) {
		t.Errorf("list: %s", got)
	}
	w.expect("/process/list.json", "false")
}
