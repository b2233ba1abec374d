package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// maxWords bounds a program with its arguments.
const maxWords = 64

// parseWords reads a program with its arguments from a JSON list of texts.
func parseWords(text string) ([]string, error) {
	var words []string
	if json.Unmarshal([]byte(text), &words) != nil {
		return nil, fmt.Errorf(`is not a list of texts such as ["pass", "show", "hydracore"]`)
	}
	return words, checkWords(words)
}

// joinWords is the JSON list that parseWords reads.
func joinWords(words []string) string {
	if len(words) == 0 {
		return ""
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(words) // texts can always be written
	return strings.TrimSuffix(b.String(), "\n")
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
