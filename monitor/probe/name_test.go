package probe

import "testing"

func TestMountName(t *testing.T) {
	for path, want := range map[string]string{
		"/":             "root",
		"/home":         "home",
		"/mnt/Big Disk": "mnt_big_disk",
		"/srv/../x":     "srv_x",
		"/ünïcode":      "n_code",
		"/a/very/long/path/that/never/ends/really": "a_very_long_path_that_ne",
		"/\x00\n": "root",
	} {
		if got := mountName(path); got != want {
			t.Errorf("mountName(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestUniqueName(t *testing.T) {
	taken := make(map[string]bool)
	for _, want := range []string{"x", "x_2", "x_3"} {
		if got := uniqueName("x", taken); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
