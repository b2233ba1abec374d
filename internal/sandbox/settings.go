package sandbox

import (
	"fmt"
	"slices"
	"strings"
)

// Settings are the choices that HydraCore's contract leaves open, by name: see SettingList. A name that is absent has its
// default, so nil is a good value.
type Settings map[string]string

// Setting is one choice that HydraCore's contract leaves open.
type Setting struct {
	Name   string
	Values []string // the first one is the default
	Help   string   // one line
}

// The names of the settings.
const (
	setPydantic        = "pydantic"
	setDuplicateStatus = "duplicate-status"
	setDuplicateDetail = "duplicate-detail"
	setCreateStatus    = "create-status"
	setMissingAuth     = "missing-auth"
	setTies            = "ties"
	setDates           = "dates"
	setUnknownSort     = "unknown-sort"
	setEmptyPages      = "empty-pages"
	setRefreshTokens   = "refresh-tokens"
)

// SettingList tells every setting, in the order of the documentation.
func SettingList() []Setting {
	return []Setting{
		{setPydantic, []string{"2", "1"}, "whose words a 422 uses, and whose coercions hold"},
		{setDuplicateStatus, []string{"409", "400", "422"}, "status of a second customer with the same email"},
		{setDuplicateDetail, []string{"text", "list"}, "shape of detail in that answer"},
		{setCreateStatus, []string{"201", "200"}, "status of a create or clone that succeeded"},
		{setMissingAuth, []string{"401", "403"}, "status of a request without credentials"},
		{setTies, []string{"stable", "none", "page"}, "order of rows with equal sort keys: always the same, " +
			"another at every request, another on every page"},
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
	return s, s.check()
}

func (s Settings) check() error {
	list := SettingList()
	for name, value := range s {
		i := slices.IndexFunc(list, func(known Setting) bool { return known.Name == name })
		if i < 0 {
			return fmt.Errorf("%w: unknown setting %q: known are %s", ErrOption, name, strings.Join(settingNames(list), ", "))
		}
		if !slices.Contains(list[i].Values, value) {
			return fmt.Errorf("%w: setting %s=%q: want one of %s", ErrOption, name, value, strings.Join(list[i].Values, ", "))
		}
	}
	return nil
}

func settingNames(list []Setting) []string {
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = s.Name
	}
	return names
}

// is tells whether the setting has the value; "" stands for the default, which is never asked for.
func (s Settings) is(name, value string) bool { return s[name] == value }

func (s Settings) wording() wording {
	if s.is(setPydantic, "1") {
		return pydantic1
	}
	return pydantic2
}
