package account_test

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/internal/faultfs"
	"github.com/weirhq/weir/meta/sqlite"
)

var update = flag.Bool("update", false, "write testdata anew")

func TestSecretFile(t *testing.T) {
	s := start(t, cheap())
	u, keys := s.register(t, "anna")
	path := filepath.Join(s.dir, account.SecretFile)
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("secret has mode %v", info.Mode())
	}
	first, err := os.ReadFile(path)
	must(t, err)
	s.start(t, nil)
	second, err := os.ReadFile(path)
	must(t, err)
	if !bytes.Equal(first, second) {
		t.Error("secret was replaced by a restart")
	}
	if p, err := s.ByKey(t.Context(), keys.Write); err != nil || p.User != u.ID {
		t.Errorf("by key after a restart: %+v, %v", p, err)
	}
	if strings.Contains(s.log.String(), "chmod") {
		t.Error("a private file was complained about")
	}
	must(t, os.Chmod(path, 0o644))
	s.start(t, nil)
	if !strings.Contains(s.log.String(), "chmod 600") {
		t.Error("a file that others may read was not complained about")
	}
}

func TestSecretRefuses(t *testing.T) {
	tests := map[string]struct {
		spoil func(data []byte) []byte // nil: the file is gone
		kind  weir.Kind
		want  string
	}{
		"gone":       {func([]byte) []byte { return nil }, weir.NotFound, "secret.key is missing from the data folder"},
		"empty":      {func([]byte) []byte { return []byte{} }, weir.Invalid, "secret.key in the data folder is damaged (0 bytes)"},
		"cut short":  {func(d []byte) []byte { return d[:len(d)-1] }, weir.Invalid, "secret.key in the data folder is damaged"},
		"longer":     {func(d []byte) []byte { return append(d, 0) }, weir.Invalid, "secret.key in the data folder is damaged"},
		"flipped":    {func(d []byte) []byte { d[20] ^= 1; return d }, weir.Invalid, "secret.key in the data folder is damaged"},
		"wrong size": {func([]byte) []byte { return durable.Seal("WKEY", 1, make([]byte, 31)) }, weir.Invalid, "secret.key holds 31 bytes instead of 32"},
		"newer":      {func([]byte) []byte { return durable.Seal("WKEY", 2, make([]byte, 32)) }, weir.Invalid, "secret.key has version 2"},
		"foreign":    {func([]byte) []byte { return durable.Seal("WKEY", 1, make([]byte, 32)) }, weir.Conflict, "secret.key does not belong to this metadata"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t, cheap())
			path := filepath.Join(s.dir, account.SecretFile)
			data, err := os.ReadFile(path)
			must(t, err)
			if data = tt.spoil(data); data == nil {
				must(t, os.Remove(path))
			} else {
				must(t, os.WriteFile(path, data, 0o600))
			}
			files, err := durable.OpenDir(s.dir)
			must(t, err)
			defer files.Close()
			_, err = account.New(t.Context(), s.cfg, s.db, files, slog.New(slog.DiscardHandler))
			if weir.KindOf(err) != tt.kind || !strings.Contains(fmt.Sprint(err), tt.want) {
				t.Errorf("%v of kind %v, want %q of kind %v", err, weir.KindOf(err), tt.want, tt.kind)
			}
		})
	}
}

// Whatever fails while the secret is made, the next start works, and from then on the secret stays.
func TestSecretSurvives(t *testing.T) {
	plans := map[string]func(*faultfs.FS){
		"open 1":   func(f *faultfs.FS) { f.Fail(faultfs.Open, 1, syscall.EACCES) },
		"open 2":   func(f *faultfs.FS) { f.Fail(faultfs.Open, 2, syscall.ENOSPC) },
		"write":    func(f *faultfs.FS) { f.Fail(faultfs.Write, 1, syscall.ENOSPC) },
		"cut 0":    func(f *faultfs.FS) { f.Cut(1, 0, syscall.ENOSPC) },
		"cut 7":    func(f *faultfs.FS) { f.Cut(1, 7, syscall.EIO) },
		"cut 48":   func(f *faultfs.FS) { f.Cut(1, 48, syscall.EIO) },
		"sync":     func(f *faultfs.FS) { f.Fail(faultfs.Sync, 1, syscall.EIO) },
		"rename":   func(f *faultfs.FS) { f.Fail(faultfs.Rename, 1, syscall.EIO) },
		"sync dir": func(f *faultfs.FS) { f.Fail(faultfs.Sync, 2, syscall.EIO) },
		"killed after cut": func(f *faultfs.FS) {
			f.Cut(1, 20, syscall.EIO)
			f.Fail(faultfs.Remove, 1, syscall.EIO) // nobody clears away the torn file
		},
	}
	for name, plan := range plans {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			under, err := durable.OpenDir(dir)
			must(t, err)
			defer under.Close()
			db, err := sqlite.Open(t.Context(), filepath.Join(dir, "meta.db"))
			must(t, err)
			defer db.Close()
			files, log := faultfs.New(under), slog.New(slog.DiscardHandler)
			open := func() (*account.Service, error) { return account.New(t.Context(), cheap(), db, files, log) }

			plan(files)
			if _, err := open(); err == nil || !strings.Contains(err.Error(), account.SecretFile) {
				t.Errorf("error %v does not name %s", err, account.SecretFile)
			}
			files.Heal()
			first, err := open()
			must(t, err)
			_, keys, err := first.Register(t.Context(), account.Registration{Name: "anna", Password: password, Email: "a@example.org"})
			must(t, err)
			second, err := open()
			must(t, err)
			if _, err := second.ByKey(t.Context(), keys.Read); err != nil {
				t.Error(err)
			}
		})
	}
}

// What stands in the database and in secret.key must be readable by every later version.
func TestFormats(t *testing.T) {
	raw := make([]byte, 32)
	for i := range raw {
		raw[i] = byte(i)
	}
	secret, err := account.FixedSecret(raw)
	must(t, err)
	const key = "00112233445566778899aabbccddeeff"
	nonce := [12]byte{0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xab}
	read, write := secret.Seal(nonce, 1, "read", key), secret.Seal(nonce, 258, "write", key)
	var out strings.Builder
	for _, line := range []struct {
		name  string
		bytes []byte
	}{
		{"secret.key", durable.Seal("WKEY", 1, raw)},
		{"digest", secret.Digest(key)},
		{"sealed for user 1, read", read},
		{"sealed for user 258, write", write},
	} {
		fmt.Fprintf(&out, "%s\n\t%s\n", line.name, hex.EncodeToString(line.bytes))
	}
	fmt.Fprintf(&out, "check\n\t%s\n", secret.Check())

	path := filepath.Join("testdata", "formats_v1.txt")
	if *update {
		must(t, os.WriteFile(path, []byte(out.String()), 0o600))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("formats (-want +got):\n%s", diff)
	}

	if got, err := secret.Unseal(258, "write", write); err != nil || got != key {
		t.Errorf("unsealed: %v", err)
	}
	for name, try := range map[string]func() (string, error){
		"another user":   func() (string, error) { return secret.Unseal(257, "write", write) },
		"another kind":   func() (string, error) { return secret.Unseal(258, "read", write) },
		"cut short":      func() (string, error) { return secret.Unseal(258, "write", write[:44]) },
		"only the head":  func() (string, error) { return secret.Unseal(258, "write", write[:13]) },
		"nothing":        func() (string, error) { return secret.Unseal(258, "write", nil) },
		"newer version":  func() (string, error) { return secret.Unseal(258, "write", append([]byte{2}, write[1:]...)) },
		"other contents": func() (string, error) { return secret.Unseal(258, "write", append(write[:44:44], write[44]^1)) },
	} {
		if got, err := try(); err == nil || got != "" {
			t.Errorf("%s: unsealed %q, %v", name, got, err)
		}
	}
}
