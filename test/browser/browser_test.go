// Package browser_test walks through the real server's pages with Chromium.
package browser_test

import (
	"os"
	"os/exec"
	"testing"

	"github.com/weirhq/weir/test/server"
)

func TestMain(m *testing.M) {
	m.Run()
	server.Clean()
}

func TestMainPath(t *testing.T) {
	if _, err := os.Stat("../../web/ui/dist/index.html"); err != nil {
		t.Fatal("the pages are not built: make ui builds them")
	}
	for _, screen := range []string{"desktop", "phone"} {
		t.Run(screen, func(t *testing.T) {
			t.Parallel()
			s := server.Start(t, t.TempDir(), "serve", "--set", "watch.every=1s")
			pictures := t.ArtifactDir()
			cmd := exec.CommandContext(t.Context(), "node", "main_path.mjs", s.URL, screen, pictures)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s\npictures (kept with go test -artifacts): %s", err, out, pictures)
			}
		})
	}
}
