package app

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/bus"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/input"
	"github.com/weirhq/weir/process"
	"github.com/weirhq/weir/web"
)

// Config of the whole server: one field a part, each part's own Config.
type Config struct {
	Data    string         `yaml:"data" help:"folder that holds everything weir keeps"`
	Log     LogConfig      `yaml:"log"`
	Web     web.Config     `yaml:"web"`
	Account account.Config `yaml:"account"`
	Bus     bus.Config     `yaml:"bus"`
	Input   input.Config   `yaml:"input"`
	Process process.Config `yaml:"process"`
	Feed    feed.Config    `yaml:"feed"`
	Watch   WatchConfig    `yaml:"watch"`
	Demo    bool           `yaml:"-"` // with a simulated house; for weir demo only
}

// LogConfig says what is written to standard error.
type LogConfig struct {
	Level  string `yaml:"level" help:"debug, info, warn or error"`
	Format string `yaml:"format" help:"text or json"`
}

// WatchConfig is about the figures of the machine that weir runs on.
type WatchConfig struct {
	Self  bool          `yaml:"self" help:"watch this machine from the first start on; the setup page can switch it later"`
	Every time.Duration `yaml:"every" help:"how often its figures are taken"`
}

// Default is a fresh install: everything on one machine, reachable from that machine only.
func Default() Config {
	return Config{
		Data:    "data",
		Log:     LogConfig{Level: "info", Format: "text"},
		Web:     web.Default(),
		Account: account.Default(),
		Bus:     bus.Default(),
		Input:   input.Default(),
		Process: process.Default(),
		Feed:    feed.Default(),
		Watch:   WatchConfig{Every: 10 * time.Second},
	}
}

// Validate names the first setting that cannot work.
func (c *Config) Validate() error {
	if c.Data == "" {
		return weir.Errorf(weir.Invalid, "data is empty: name the folder that weir keeps everything in")
	}
	if _, err := c.Log.level(); err != nil {
		return err
	}
	if c.Log.Format != "text" && c.Log.Format != "json" {
		return weir.Errorf(weir.Invalid, "log.format is %q: use text or json", c.Log.Format)
	}
	if c.Watch.Every < time.Second {
		return weir.Errorf(weir.Invalid, "watch.every is %s: use 1s or more", c.Watch.Every)
	}
	parts := []interface{ Validate() error }{c.Web, c.Account, c.Bus, c.Input, c.Process, c.Feed}
	for _, p := range parts {
		if err := p.Validate(); err != nil {
			return err
		}
	}
	return nil
}

// Load fills a Config: defaults, then the file (none when its name is empty), then environ's WEIR_ variables, then
// the settings given by name, as flags are. The result is valid or the error names the setting, with line and column
// when it stands in the file.
func Load(file string, environ []string, flags []Setting) (Config, error) {
	cfg := Default()
	if file != "" {
		if err := readFile(file, &cfg); err != nil {
			return Config{}, err
		}
	}
	fromEnv, err := environment(environ)
	if err != nil {
		return Config{}, err
	}
	for _, s := range append(fromEnv, flags...) {
		if err := s.apply(&cfg); err != nil {
			return Config{}, err
		}
	}
	return cfg, cfg.Validate()
}

func readFile(name string, cfg *Config) error {
	data, err := os.ReadFile(name) //nolint:gosec // the operator names it
	if errors.Is(err, fs.ErrNotExist) {
		return weir.Errorf(weir.NotFound, "there is no config file %s", name)
	}
	if err != nil {
		return fmt.Errorf("read config: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(data, cfg, yaml.Strict()); err != nil {
		return weir.Errorf(weir.Invalid, "config %s: %s", name, yaml.FormatError(err, false, true))
	}
	return nil
}

// Print gives the config as YAML that Load reads back, each setting with its help.
func (c *Config) Print() (string, error) {
	out, err := yaml.MarshalWithOptions(c, yaml.WithComment(comments(c)), yaml.IndentSequence(true))
	if err != nil {
		return "", fmt.Errorf("print config: %w", err)
	}
	return string(out), nil
}

func (c LogConfig) level() (level slog.Level, err error) {
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		return 0, weir.Errorf(weir.Invalid, "log.level is %q: use debug, info, warn or error", c.Level)
	}
	return level, nil
}

// Logger writes to the file as the config says.
func (c LogConfig) Logger(to *os.File) *slog.Logger {
	level, err := c.level()
	if err != nil {
		level = slog.LevelInfo // Validate has said so
	}
	opts := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(to, opts))
	}
	return slog.New(slog.NewTextHandler(to, opts))
}
