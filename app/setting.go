package app

import (
	"errors"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/weirhq/weir"
)

// Setting is one value for one place in Config, from the environment or the command line.
type Setting struct {
	Name  string // as in the file, with dots: "bus.sync"
	Value string
	From  string // where it comes from, for messages: "WEIR_BUS_SYNC", "--listen"
}

const (
	envPrefix = "WEIR_"
	envOthers = "WEIR_COLLECT_" // belongs to the collector, which is no part of the server
)

// environment finds the settings among environment variables: WEIR_BUS_SYNC is bus.sync. A WEIR_ variable that is no
// setting is an error, because a misspelt one would silently not work.
func environment(environ []string) ([]Setting, error) {
	names := map[string]string{}
	for _, name := range settingNames() {
		names[envPrefix+strings.ToUpper(strings.ReplaceAll(name, ".", "_"))] = name
	}
	var found []Setting
	for _, pair := range environ {
		key, value, _ := strings.Cut(pair, "=")
		if value == "" || !strings.HasPrefix(key, envPrefix) || strings.HasPrefix(key, envOthers) {
			continue
		}
		name, ok := names[key]
		if !ok {
			return nil, weir.Errorf(weir.Invalid, "environment variable %s is no setting: weir config print lists them all", key)
		}
		found = append(found, Setting{Name: name, Value: value, From: key})
	}
	return found, nil
}

func (s Setting) apply(cfg *Config) error {
	field, ok := find(reflect.ValueOf(cfg).Elem(), strings.Split(s.Name, "."))
	if !ok {
		return weir.Errorf(weir.Invalid, "%s: there is no setting %q: weir config print lists them all", s.From, s.Name)
	}
	if err := set(field, s.Value); err != nil {
		return weir.Errorf(weir.Invalid, "%s: %s is %q: %v", s.From, s.Name, s.Value, err)
	}
	return nil
}

func find(v reflect.Value, path []string) (reflect.Value, bool) {
	for field, value := range fields(v) {
		switch {
		case field.name != path[0]:
		case len(path) == 1:
			return value, !isSection(value)
		case isSection(value):
			return find(value, path[1:])
		}
	}
	return reflect.Value{}, false
}

// field is one setting or section of a struct, by its name in the file.
type field struct{ name, help string }

func fields(v reflect.Value) iter.Seq2[field, reflect.Value] {
	return func(yield func(field, reflect.Value) bool) {
		for i := range v.NumField() {
			tag := v.Type().Field(i).Tag
			name, _, _ := strings.Cut(tag.Get("yaml"), ",")
			if name != "" && name != "-" && !yield(field{name, tag.Get("help")}, v.Field(i)) {
				return
			}
		}
	}
}

// isSection tells a group of settings from a setting.
func isSection(v reflect.Value) bool { return v.Kind() == reflect.Struct }

func set(field reflect.Value, text string) error {
	switch p := field.Addr().Interface().(type) {
	case *time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return errors.New("use a time such as 10s or 2m")
		}
		*p = d
	case *string:
		*p = text
	case *bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return errors.New("use true or false")
		}
		*p = b
	case *[]string:
		*p = slices.DeleteFunc(strings.Split(text, ","), func(s string) bool { return s == "" })
	default:
		return setNumber(field, text)
	}
	return nil
}

func setNumber(field reflect.Value, text string) error {
	switch {
	case field.CanInt():
		n, err := strconv.ParseInt(text, 10, field.Type().Bits())
		if err != nil {
			return errors.New("use a whole number")
		}
		field.SetInt(n)
	case field.CanUint():
		n, err := strconv.ParseUint(text, 10, field.Type().Bits())
		if err != nil {
			return errors.New("use a whole number of 0 or more")
		}
		field.SetUint(n)
	case field.CanFloat():
		n, err := strconv.ParseFloat(text, field.Type().Bits())
		if err != nil {
			return errors.New("use a number")
		}
		field.SetFloat(n)
	default:
		return errors.New("this setting can only be given in the config file")
	}
	return nil
}

func settingNames() []string {
	var names []string
	walk(reflect.ValueOf(&Config{}).Elem(), "", func(name, _ string) { names = append(names, name) })
	return names
}

// comments are the help texts of all settings, for YAML.
func comments(c *Config) yaml.CommentMap {
	m := yaml.CommentMap{}
	walk(reflect.ValueOf(c).Elem(), "", func(name, help string) {
		if help != "" {
			m["$."+name] = []*yaml.Comment{yaml.HeadComment(" " + help)}
		}
	})
	return m
}

func walk(v reflect.Value, prefix string, visit func(name, help string)) {
	for field, value := range fields(v) {
		if isSection(value) {
			walk(value, prefix+field.name+".", visit)
		} else {
			visit(prefix+field.name, field.help)
		}
	}
}
