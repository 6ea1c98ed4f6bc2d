package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed all:dist
var dist embed.FS

//go:embed plain.html
var plain []byte

// policy lets a page load from this server only: no other host, no inline script, no inline style.
const policy = "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'self'; " +
	"form-action 'self'; img-src 'self' data:"

const (
	// Files below assets carry a hash of their content in their name, so that a copy never goes stale.
	hashed = "assets/"
	// Smaller files fit into a packet as they are.
	worthCompressing = 1024
)

// file is one page or asset as it is sent, in both encodings.
type file struct {
	kind    string // Content-Type
	etag    string
	cache   string // Cache-Control
	plain   []byte
	gzipped []byte // nil when compressing does not pay
}

// Handler serves the pages. It is safe for concurrent use and holds everything in memory.
type Handler struct {
	files map[string]*file // by path without the leading slash
	index *file
	built bool
}

// New prepares the embedded pages; without built ones, the plain page that says so.
func New(log *slog.Logger) (*Handler, error) {
	root, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("embedded pages: %w", err)
	}
	return NewFrom(root, log)
}

// NewFrom serves the pages of another folder, laid out as vite builds it.
func NewFrom(root fs.FS, log *slog.Logger) (*Handler, error) {
	h := &Handler{files: make(map[string]*file)}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		data, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		h.files[name], err = newFile(name, data)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read pages: %w", err)
	}
	if h.index, h.built = h.files["index.html"]; !h.built {
		log.Warn("this binary was built without its pages; `make ui` builds them")
		if h.index, err = newFile("index.html", plain); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// Built reports whether the full pages are there.
func (h *Handler) Built() bool { return h.built }

// ServeHTTP answers a file by its name and every other page address, such as /feeds, with the page that knows them.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "pages can only be read", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	f, ok := h.files[name]
	if !ok {
		if !isPage(name) {
			http.NotFound(w, r)
			return
		}
		f = h.index
	}
	f.serve(w, r)
}

// isPage tells pages from missing files: pages lie directly below the root, as their addresses of assets are relative.
func isPage(name string) bool {
	return !strings.ContainsAny(name, "/.")
}

func newFile(name string, data []byte) (*file, error) {
	sum := sha256.Sum256(data)
	f := &file{
		kind:  contentType(name),
		etag:  hex.EncodeToString(sum[:8]),
		cache: "no-cache",
		plain: data,
	}
	if strings.HasPrefix(name, hashed) {
		f.cache = "public, max-age=31536000, immutable"
	}
	if len(data) < worthCompressing {
		return f, nil
	}
	var out bytes.Buffer
	zip, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	_, err = zip.Write(data)
	if err = errors.Join(err, zip.Close()); err != nil {
		return nil, fmt.Errorf("compress %s: %w", name, err)
	}
	if out.Len() < len(data)*9/10 {
		f.gzipped = out.Bytes()
	}
	return f, nil
}

// contentType does not ask the machine's own tables, which differ.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".json", ".webmanifest":
		return "application/json"
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	body, etag := f.plain, `"`+f.etag+`"`
	head := w.Header()
	if f.gzipped != nil {
		head.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Values("Accept-Encoding")) {
			body, etag = f.gzipped, `"`+f.etag+`-gz"`
			head.Set("Content-Encoding", "gzip")
		}
	}
	head.Set("ETag", etag)
	head.Set("Cache-Control", f.cache)
	head.Set("Content-Type", f.kind)
	head.Set("Content-Security-Policy", policy)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "same-origin")
	if known(r.Header.Values("If-None-Match"), etag) {
		head.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	head.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // the reader has gone if this fails; nobody is left to tell
	}
}

// acceptsGzip reads the header as far as browsers and proxies use it: names, and a quality of zero to refuse.
func acceptsGzip(values []string) bool {
	for part := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		q, found := strings.CutPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
		value, err := strconv.ParseFloat(q, 64)
		return !found || err != nil || value > 0
	}
	return false
}

// known reports whether the browser already holds this version.
func known(values []string, etag string) bool {
	for part := range strings.SplitSeq(strings.Join(values, ","), ",") {
		part = strings.TrimSpace(part)
		if part == "*" || strings.TrimPrefix(part, "W/") == etag {
			return true
		}
	}
	return false
}
