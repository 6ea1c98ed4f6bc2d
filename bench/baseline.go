package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/weirhq/weir"
)

// maxBaselineBody is more than any post of a load.
const maxBaselineBody = 64 << 20

// BaselineHandler reads a post as far as it must be read to know its parameters, keeps nothing and answers "ok". At
// /metrics it says what its process uses.
func BaselineHandler() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		_, err := url.ParseQuery(r.URL.RawQuery)
		if err == nil && r.Method == http.MethodPost {
			var body []byte
			if body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBaselineBody)); err == nil {
				_, err = url.ParseQuery(string(body))
			}
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "text/plain;charset=UTF-8")
		_, _ = io.WriteString(w, "ok")
	})
	return mux
}

// ServeBaseline serves BaselineHandler on a loopback address until ctx is done. ready, if there, is told the address
// once connections are taken, which with port 0 is the only way to know it.
func ServeBaseline(ctx context.Context, addr string, ready func(addr string)) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return weir.Errorf(weir.Invalid, "%q is not an address to listen on: write it like 127.0.0.1:8081", addr)
	}
	if err := requireLoopback(ctx, host); err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("baseline: %w", err)
	}
	server := &http.Server{Handler: BaselineHandler(), ReadHeaderTimeout: answerTimeout}
	if ready != nil {
		ready(listener.Addr().String())
	}
	stop := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(grace)
	})
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("baseline: %w", err)
	}
	return nil
}
