package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/weirhq/weir"
)

// Commands reach a running server through a socket in its data folder, which only its owner may enter:
//
//	weir user add ── POST /accounts {"Do":"add","User":{…}} ──▶ control.sock ──▶ account.Service
//	              ◀── 200 [{"ID":2,"Name":…,"ReadKey":…}] or 4xx, 5xx {"Kind":5,"Message":"…"}

const (
	controlTimeout = 10 * time.Second
	controlLimit   = 64 << 10
)

// refusal is an error on its way over the socket.
type refusal struct {
	Kind    weir.Kind
	Message string
}

// control answers commands.
type control struct {
	listener net.Listener
	server   *http.Server
	handle   *os.File // of the data folder, by which the socket is named
}

func openControl(data string, accounts accountant, log *slog.Logger) (*control, error) {
	handle, name, err := controlName(data)
	if err != nil {
		return nil, err
	}
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		handle.Close()
		return nil, fmt.Errorf("open control socket: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "unix", name)
	if err == nil {
		err = os.Chmod(name, 0o600)
	}
	if err != nil {
		handle.Close()
		return nil, fmt.Errorf("open control socket: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /accounts", func(w http.ResponseWriter, r *http.Request) {
		var c accountCall
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, controlLimit)).Decode(&c); err != nil {
			answer(w, nil, weir.Errorf(weir.Invalid, "cannot read the command: %v", err), log)
			return
		}
		list, err := accounts.do(r.Context(), c)
		answer(w, list, err, log)
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: controlTimeout, ReadTimeout: controlTimeout, WriteTimeout: controlTimeout}
	return &control{listener: listener, server: server, handle: handle}, nil
}

func answer(w http.ResponseWriter, list []Account, err error, log *slog.Logger) {
	var body any = list
	if err != nil {
		if weir.KindOf(err) == weir.Internal {
			log.Error("command", "err", err)
		}
		w.WriteHeader(http.StatusBadRequest)
		body = refusal{Kind: weir.KindOf(err), Message: weir.Message(err)}
	}
	if err := json.NewEncoder(w).Encode(body); err != nil {
		log.Debug("answer command", "err", err)
	}
}

func (c *control) run(ctx context.Context) error {
	failed := make(chan error, 1)
	go func() { failed <- c.server.Serve(c.listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), controlTimeout/2)
		defer cancel()
		return c.server.Shutdown(ctx)
	}
}

func (c *control) release() error {
	c.server.Close()
	err := c.listener.Close() // also removes the socket
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	return errors.Join(err, c.handle.Close())
}

// controlName gives a name for the socket that fits the 108 bytes that the system allows, however deep the folder.
func controlName(data string) (*os.File, string, error) {
	handle, err := os.Open(data) //nolint:gosec // the operator's own folder
	if err != nil {
		return nil, "", fmt.Errorf("open data folder: %w", err)
	}
	name := filepath.Join(data, "control.sock")
	if len(name) > 100 {
		name = fmt.Sprintf("/proc/self/fd/%d/control.sock", handle.Fd())
	}
	return handle, name, nil
}

// dialControl reaches the server that runs on a data folder.
func dialControl(data string) *Accounts {
	client := &http.Client{Timeout: controlTimeout, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			handle, name, err := controlName(data)
			if err != nil {
				return nil, err
			}
			defer handle.Close()
			return (&net.Dialer{}).DialContext(ctx, "unix", name)
		},
	}}
	return &Accounts{
		do: func(ctx context.Context, c accountCall) ([]Account, error) { return callControl(ctx, client, data, c) },
		close: func() error {
			client.CloseIdleConnections()
			return nil
		},
	}
}

func callControl(ctx context.Context, client *http.Client, data string, c accountCall) ([]Account, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://weir/accounts", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, weir.Errorf(weir.Unavailable, "data folder %s is in use, but the weir that uses it does not answer: %w", data, err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		var no refusal
		if err := json.NewDecoder(res.Body).Decode(&no); err != nil {
			return nil, fmt.Errorf("read the server's answer: %w", err)
		}
		return nil, weir.Errorf(no.Kind, "%s", no.Message)
	}
	var list []Account
	if err := json.NewDecoder(res.Body).Decode(&list); err != nil {
		return nil, fmt.Errorf("read the server's answer: %w", err)
	}
	return list, nil
}
