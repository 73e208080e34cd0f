package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/sethvargo/go-envconfig"
)

// setting is one environment variable that entsoed reads.
type setting struct {
	Name    string // of the variable
	Default string // what holds when it is unset or empty
	Value   reflect.Value
}

// Secret reports whether the value must not be shown. The names of the files
// that hold secrets are none; the URL of a database may contain a password, and that
// of a webhook a secret in any of its parts.
func (s setting) Secret() bool {
	return strings.HasSuffix(s.Name, "_TOKEN") || strings.HasSuffix(s.Name, "_PASSWORD") || strings.HasSuffix(s.Name, "_SECRET") ||
		s.Name == "DATABASE_URL" || s.Name == "CHANGES_WEBHOOK_URL"
}

// String shows the value as a person would write it; of a secret only whether
// it is set.
func (s setting) String() string {
	switch {
	case s.Secret() && s.Value.IsZero():
		return "unset"
	case s.Secret():
		return "set"
	}
	if list, ok := s.Value.Interface().([]string); ok {
		return strings.Join(list, ",")
	}
	return fmt.Sprint(s.Value.Interface())
}

// settings lists the variables of a Config struct and of the structs in it, in
// the order of their fields.
func settings(config any) []setting {
	var found []setting
	value := reflect.Indirect(reflect.ValueOf(config))
	for i := range value.NumField() {
		field := value.Type().Field(i)
		tag, ok := field.Tag.Lookup("env")
		if !ok && field.Type.Kind() == reflect.Struct {
			found = append(found, settings(value.Field(i).Addr().Interface())...)
		}
		if !ok {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		_, fallback, _ := strings.Cut(options, "default=")
		found = append(found, setting{Name: strings.TrimSpace(name), Default: fallback, Value: value.Field(i)})
	}
	return found
}

// settingError is a variable with a value that cannot be used.
type settingError struct {
	Name  string
	Value string // empty if it is secret
	Err   error  // what is allowed
}

func (e *settingError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%s: %v", e.Name, e.Err)
	}
	return fmt.Sprintf("%s is %q: %v", e.Name, e.Value, e.Err)
}

func (e *settingError) Unwrap() error { return e.Err }

// lookup answers what the environment says, where an empty variable counts as
// unset: docker compose passes "KEY=" for a key without a value. It remembers
// the last question, which is the one to blame when reading stops.
type lookup struct {
	envconfig.Lookuper
	last, value string
}

func (l *lookup) Lookup(name string) (string, bool) {
	value, _ := l.Lookuper.Lookup(name)
	l.last, l.value = name, strings.TrimSpace(value)
	return l.value, l.value != ""
}

// readSettings fills the Config struct that target points to. A value that
// cannot be read is a *settingError that says what is allowed.
func readSettings(ctx context.Context, environment envconfig.Lookuper, target any) error {
	asked := &lookup{Lookuper: environment}
	err := envconfig.ProcessWith(ctx, &envconfig.Config{Target: target, Lookuper: asked})
	if err == nil {
		return nil
	}
	known := settings(target)
	at := slices.IndexFunc(known, func(s setting) bool { return s.Name == asked.last })
	if at < 0 {
		return err
	}
	wrong := &settingError{Name: asked.last, Value: asked.value, Err: allowed(known[at].Value.Type(), err)}
	if known[at].Secret() {
		wrong.Value = ""
	}
	return wrong
}

// allowed says what a value of the type must look like. Types with a decoder
// of their own say it themselves, as the innermost error.
func allowed(kind reflect.Type, err error) error {
	switch kind {
	case reflect.TypeFor[int](), reflect.TypeFor[int32](), reflect.TypeFor[int64]():
		return errors.New("must be a whole number")
	case reflect.TypeFor[float64]():
		return errors.New("must be a number")
	case reflect.TypeFor[bool]():
		return errors.New("must be true or false")
	}
	for errors.Unwrap(err) != nil {
		err = errors.Unwrap(err)
	}
	return err
}
