package config

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/hydracore/hydractl/internal/jsonobject"
	"github.com/hydracore/hydractl/internal/nearest"
)

// maxTextRunes bounds a value that is plain text or a path.
const maxTextRunes = 4096

// Check returns the value of the setting in its normal form ("1" of a Boolean becomes "true"), or returns an
// error of one phrase. The phrase never quotes the text of a secret or a URL.
func (d Definition) Check(text string) (string, error) {
	if text == "" {
		return "", fmt.Errorf("is empty")
	}
	switch d.Kind {
	case Key:
		secret, err := ParseSecret(text)
		return secret.Reveal(), err
	case URL:
		return BaseURL(text, true)
	case Duration:
		return d.checkDuration(text)
	case Integer:
		return d.checkInteger(text)
	case Boolean:
		return checkBoolean(text)
	case Choice:
		return d.checkChoice(text)
	case Command:
		words, err := parseWords(text)
		return joinWords(words), err
	default:
		return checkText(text)
	}
}

// Range describes the values that the setting takes, such as "0 to 20" or "auto, always, never".
func (d Definition) Range() string {
	switch d.Kind {
	case Duration:
		return short(time.Duration(d.Min)) + " to " + short(time.Duration(d.Max))
	case Integer:
		return fmt.Sprintf("%d to %d", d.Min, d.Max)
	case Boolean:
		return "true, false"
	case Choice:
		return strings.Join(d.Choices, ", ")
	default:
		return ""
	}
}

func (d Definition) checkDuration(text string) (string, error) {
	if _, err := strconv.Atoi(text); err == nil && text != "0" {
		return "", fmt.Errorf("must have a unit: %.40ss for seconds or %.40sm for minutes (got %.40s)", text, text, text)
	}
	value, err := time.ParseDuration(text)
	if err != nil {
		return "", fmt.Errorf("must be a duration such as 90s, 5m or 1h30m (got %s)", shown(text))
	}
	if int64(value) < d.Min || int64(value) > d.Max {
		return "", fmt.Errorf("must be between %s and %s (got %s)", short(time.Duration(d.Min)), short(time.Duration(d.Max)), text)
	}
	if value == 0 {
		return "0s", nil
	}
	return text, nil
}

// short writes a duration without the zero units that String ends with: 24h, not 24h0m0s.
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

func (d Definition) checkInteger(text string) (string, error) {
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil || strconv.FormatInt(value, 10) != text {
		return "", fmt.Errorf("must be a whole number from %s (got %s)", d.Range(), shown(text))
	}
	if value < d.Min || value > d.Max {
		return "", fmt.Errorf("must be between %d and %d (got %d)", d.Min, d.Max, value)
	}
	return strconv.FormatInt(value, 10), nil
}

func checkBoolean(text string) (string, error) {
	switch strings.ToLower(text) {
	case "true", "1", "t", "yes", "y", "on":
		return "true", nil
	case "false", "0", "f", "no", "n", "off":
		return "false", nil
	default:
		return "", fmt.Errorf("must be true or false (got %s)", shown(text))
	}
}

func (d Definition) checkChoice(text string) (string, error) {
	if slices.Contains(d.Choices, text) {
		return text, nil
	}
	message := fmt.Sprintf("must be one of %s (got %s)", d.Range(), shown(text))
	if d.Name == "output" && strings.ContainsAny(text, `./\`) {
		message += "; to write a file: --out FILE, or > FILE"
	} else if near := nearest.Match(strings.ToLower(text), d.Choices); near != "" {
		message += fmt.Sprintf("; did you mean %s?", near)
	}
	return "", fmt.Errorf("%s", message)
}

func checkText(text string) (string, error) {
	if strings.ContainsFunc(text, unicode.IsControl) {
		return "", fmt.Errorf("has a control character in it")
	}
	if len([]rune(text)) > maxTextRunes {
		return "", fmt.Errorf("is longer than %d characters", maxTextRunes)
	}
	return text, nil
}

// shown quotes what the user wrote, unless it may be a key in the wrong place or is too long to read.
func shown(text string) string {
	const longest = 40
	if strings.Contains(text, "hc_") || len(text) > longest {
		return fmt.Sprintf("a text of %d characters", len([]rune(text)))
	}
	return strconv.Quote(text)
}

// maxWords bounds a program with its arguments.
const maxWords = 64

// parseWords reads a program with its arguments from a JSON list of texts.
func parseWords(text string) ([]string, error) {
	var words []string
	if json.Unmarshal([]byte(text), &words) != nil {
		return nil, fmt.Errorf(`must be a list of texts such as ["pass", "show", "hydracore"]`)
	}
	return words, checkWords(words)
}

// joinWords is the JSON list that parseWords reads.
func joinWords(words []string) string {
	if len(words) == 0 {
		return ""
	}
	text, _ := jsonobject.Encode(words) // texts can always be written
	return string(text)
}

func checkWords(words []string) error {
	if len(words) == 0 || words[0] == "" {
		return fmt.Errorf("names no program")
	}
	if len(words) > maxWords {
		return fmt.Errorf("has more than %d words", maxWords)
	}
	for _, word := range words {
		if _, err := checkText(word); err != nil {
			return err
		}
	}
	return nil
}
