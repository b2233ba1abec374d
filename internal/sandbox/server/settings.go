package server

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/sandbox/store"
)

// Settings are the choices that HydraCore's contract leaves open, by name: see SettingList. An absent name has its default,
// so nil is valid.
type Settings map[string]string

// Setting is one choice that HydraCore's contract leaves open.
type Setting struct {
	Name   string
	Values []string // the first one is the default
	Help   string   // one line
}

// The names of the settings.
const (
	setDuplicateStatus = "duplicate-status"
	setDuplicateDetail = "duplicate-detail"
	setCreateStatus    = "create-status"
	setMissingAuth     = "missing-auth"
	setKeyContext      = "key-context"
	setTies            = "ties"
	setDates           = "dates"
	setUnknownSort     = "unknown-sort"
	setEmptyPages      = "empty-pages"
	setRefreshTokens   = "refresh-tokens"
)

// SettingList returns every setting, in the order of the documentation.
func SettingList() []Setting {
	return []Setting{
		{setDuplicateStatus, []string{"409", "400", "422"}, "status of a second customer with the same email"},
		{setDuplicateDetail, []string{"text", "list"}, "shape of detail in that answer"},
		{setCreateStatus, []string{"201", "200"}, "status of a successful create or clone"},
		{setMissingAuth, []string{"401", "403"}, "status of a request without credentials"},
		{setKeyContext, []string{"present", "absent"}, "whether /v1/mcp/api-key-context and /auth/me exist: without them " +
			"nothing reports the tenant of a credential"},
		{setTies, []string{"stable", "none", "page"}, "order of rows with equal sort keys: always the same, " +
			"different for every request, different on every page"},
		{setDates, []string{"z", "offset", "naive"}, "end of a date and time: Z, +00:00 or nothing"},
		{setUnknownSort, []string{"default", "error"}, "an unknown sort_by or sort_dir: the default order, or 422"},
		{setEmptyPages, []string{"0", "1"}, "total_pages of an empty list"},
		{setRefreshTokens, []string{"rotate", "keep"}, "whether /auth/refresh replaces the refresh token"},
	}
}

// ParseSettings reads NAME=VALUE words. The error names the setting or the values it takes.
func ParseSettings(words []string) (Settings, error) {
	s := Settings{}
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		s[name] = value
	}
	return s, s.Check()
}

// Check refuses unknown names and values.
func (s Settings) Check() error {
	list := SettingList()
	for name, value := range s {
		i := slices.IndexFunc(list, func(known Setting) bool { return known.Name == name })
		if i < 0 {
			names := make([]string, len(list))
			for i, known := range list {
				names[i] = known.Name
			}
			return fmt.Errorf("%w: unknown setting %q: must be one of %s", store.ErrOption, name, strings.Join(names, ", "))
		}
		if !slices.Contains(list[i].Values, value) {
			return fmt.Errorf("%w: setting %s: must be one of %s (got %q)", store.ErrOption, name,
				strings.Join(list[i].Values, ", "), value)
		}
	}
	return nil
}

// is reports whether a setting has a value that is not its default.
func (s Settings) is(name, value string) bool { return s[name] == value }

// status is a setting that is an HTTP status.
func (s Settings) status(name string, byDefault int) int {
	if status, err := strconv.Atoi(s[name]); err == nil {
		return status
	}
	return byDefault
}

// date formats microseconds since 1970.
func (s Settings) date(us int64) string {
	layout := "2006-01-02T15:04:05.000000"
	if us%1e6 == 0 {
		layout = "2006-01-02T15:04:05" // Python omits microseconds when there are none
	}
	switch s[setDates] {
	case "offset":
		layout += "+00:00"
	case "naive":
	default:
		layout += "Z"
	}
	return time.UnixMicro(us).UTC().Format(layout)
}
