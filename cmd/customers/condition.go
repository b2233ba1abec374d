package customers

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/jsonobject"
	"github.com/hydracore/hydractl/internal/nearest"
	"github.com/hydracore/hydractl/pkg/client"
)

// condition is a comparison that a customer fulfils or not.
type condition struct {
	text   string // as given
	field  string // "" when it only has to exist
	op     string
	value  string
	number int64 // the value of a count
}

// parseCondition parses the value of --for.
func parseCondition(text string) (condition, error) {
	c := condition{text: text}
	if text == "exists" {
		return c, nil
	}
	at := strings.IndexAny(text, "=!<>")
	if at < 1 {
		return c, failure.Invalidf("--for", "must be exists, or FIELD=VALUE with = != >= <= > or < (got %q)", text)
	}
	c.field = strings.TrimSpace(text[:at])
	for _, op := range []string{">=", "<=", "!=", "==", "=", ">", "<"} {
		if rest, ok := strings.CutPrefix(text[at:], op); ok {
			c.op, c.value = strings.Replace(op, "==", "=", 1), strings.TrimSpace(rest)
			break
		}
	}
	if c.op == "" {
		return c, failure.Invalidf("--for", "must have = != >= <= > or < after %s (got %q)", c.field, text)
	}
	return c, c.check()
}

// check refuses a condition that no customer could fulfil.
func (c *condition) check() error {
	fields := waitFields()
	if !slices.Contains(fields, c.field) {
		f := failure.Invalidf("--for", "a customer has no field %q (got %q)", c.field, c.text)
		f.Hint = "the fields: " + cli.JoinComma(fields)
		if near := nearest.Match(strings.ToLower(c.field), fields); near != "" {
			f.Hint = "did you mean " + near + "? " + f.Hint
		}
		return f
	}
	ordered := c.op != "=" && c.op != "!="
	switch {
	case c.value == "null" && !ordered:
		return nil
	case !isCount(c.field) && ordered:
		return failure.Invalidf("--for", "%s is a text, which is compared by = or != (got %q)", c.field, c.text)
	case !isCount(c.field):
		return nil
	}
	var err error
	if c.number, err = strconv.ParseInt(c.value, 10, 64); err != nil {
		return failure.Invalidf("--for", "%s is a count, which is compared with a whole number (got %q)", c.field, c.text)
	}
	return nil
}

// holds reports whether the customer fulfils the condition, and the value of the field.
func (c *condition) holds(d *client.CustomerDetail) (ok bool, is string, err error) {
	if c.field == "" {
		return true, "", nil
	}
	members, err := jsonobject.Members([]byte(d.RawJSON()))
	if err != nil {
		return false, "", err
	}
	is = "null"
	for _, m := range members {
		if m.Name == c.field {
			is = string(m.Value)
		}
	}
	return c.compare(is), is, nil
}

// compare compares the field's JSON with the value. null equals only null, and is neither greater nor less.
func (c *condition) compare(is string) bool {
	var text string
	if json.Unmarshal([]byte(is), &text) != nil || is == "null" {
		text = is
	}
	sign, known := cmp.Compare(text, c.value), true
	switch {
	case c.value == "null":
		sign = cmp.Compare(is, "null")
	case is == "null":
		known = false
	case isCount(c.field):
		n, err := strconv.ParseFloat(is, 64) // the client takes 5.0 and 1e3 for counts too
		sign, known = cmp.Compare(n, float64(c.number)), err == nil
	}
	if !known {
		return c.op == "!="
	}
	switch c.op {
	case "=":
		return sign == 0
	case "!=":
		return sign != 0
	case ">=":
		return sign >= 0
	case "<=":
		return sign <= 0
	case ">":
		return sign > 0
	}
	return sign < 0
}

// waitFields are the fields of a customer that hold one value.
func waitFields() []string {
	var fields []string
	raw, _ := json.Marshal(client.CustomerDetail{})
	members, _ := jsonobject.Members(raw)
	for _, m := range members {
		if m.Name != "instances" && m.Name != "subscriptions" {
			fields = append(fields, m.Name)
		}
	}
	slices.Sort(fields)
	return fields
}

func isCount(field string) bool { return strings.HasSuffix(field, "_count") }
