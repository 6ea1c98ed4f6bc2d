package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Steps of process lists by the numbers that emoncms gave them.
const (
	logToFeed  = 1
	powerToKWh = 4
)

// account is a user of a server, who sets things up over HTTP.
type account struct {
	url, key string
	client   *http.Client // one keep-alive connection at a time
}

func register(ctx context.Context, server, name string) (*account, error) {
	a := &account{url: server, client: &http.Client{Transport: &http.Transport{}}}
	var answer struct {
		Success bool
		Message string
		Key     string `json:"apikey_write"`
	}
	err := a.call(ctx, "/user/register.json", url.Values{
		"username": {name}, "password": {"measured" + name}, "email": {name + "@example.org"}, "timezone": {"UTC"},
	}, &answer)
	if err == nil && !answer.Success {
		err = fmt.Errorf("register %s: %s", name, answer.Message)
	}
	a.key = answer.Key
	return a, err
}

// call posts a form, or gets when there is none, and reads the JSON answer.
func (a *account) call(ctx context.Context, path string, form url.Values, into any) error {
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, method, a.url+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	text, err := send(a.client, req, a.key)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s answered %.80q", path, text)
	}
	return nil
}

// post sends one value for each name to a node.
func (a *account) post(ctx context.Context, node string, names []string, value float64) error {
	values := make(map[string]float64, len(names))
	for _, name := range names {
		values[name] = value
	}
	data, err := json.Marshal(values)
	if err != nil {
		return err
	}
	var answer struct{ Success bool }
	err = a.call(ctx, "/input/post.json", url.Values{"node": {node}, "fulljson": {string(data)}}, &answer)
	if err == nil && !answer.Success {
		err = fmt.Errorf("the post to %s was refused", node)
	}
	return err
}

// process gives each input a list of steps, each with a fixed feed of ten seconds of its own, and gives these feeds.
func (a *account) process(ctx context.Context, steps ...int) ([]int, error) {
	var inputs []struct{ ID, Nodeid, Name string }
	if err := a.call(ctx, "/input/list.json", nil, &inputs); err != nil {
		return nil, err
	}
	var feeds []int
	for _, in := range inputs {
		list := make([]string, len(steps))
		for i, step := range steps {
			var made struct {
				Feedid  int
				Message string
			}
			err := a.call(ctx, "/feed/create.json", url.Values{
				"tag": {in.Nodeid}, "name": {in.Name + "-" + strconv.Itoa(step)}, "engine": {"5"}, "options": {`{"interval":10}`},
			}, &made)
			if err != nil {
				return nil, err
			}
			if made.Feedid == 0 {
				return nil, fmt.Errorf("create feed: %s", made.Message)
			}
			list[i] = fmt.Sprintf("%d:%d", step, made.Feedid)
			feeds = append(feeds, made.Feedid)
		}
		var set struct {
			Success bool
			Message string
		}
		err := a.call(ctx, "/input/process/set.json?inputid="+in.ID, url.Values{"processlist": {strings.Join(list, ",")}}, &set)
		if err != nil {
			return nil, err
		}
		if !set.Success {
			return nil, fmt.Errorf("set process list: %s", set.Message)
		}
	}
	return feeds, nil
}

// span is what a feed holds.
type span struct {
	Start  int64 `json:"start_time"`
	Points int64 `json:"npoints"`
}

func (a *account) span(ctx context.Context, feed int) (s span, err error) {
	return s, a.call(ctx, fmt.Sprintf("/feed/getmeta.json?id=%d", feed), nil, &s)
}

// numbered gives prefix0, prefix1, …, as nodes of loads are named, or with another first number.
func numbered(prefix string, first, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = prefix + strconv.Itoa(first+i)
	}
	return names
}

// prepare makes the inputs of nodes, and feeds by process.
func (a *account) prepare(ctx context.Context, nodes, names []string, steps ...int) ([]int, error) {
	for _, node := range nodes {
		if err := a.post(ctx, node, names, 0); err != nil {
			return nil, err
		}
	}
	if err := settled(ctx, a.url); err != nil { // inputs come into being when posts are worked on
		return nil, err
	}
	return a.process(ctx, steps...)
}

func fetch(ctx context.Context, client *http.Client, address, key string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	return send(client, req, key)
}

// send gives the body of an answer that is a success.
func send(client *http.Client, req *http.Request, key string) ([]byte, error) {
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %d %.80q", req.URL.Path, res.StatusCode, text)
	}
	return text, nil
}
