package config

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io"
	"slices"
	"sync"
)

const (
	gramBytes     = 12 // from so many characters on a part of a secret is masked
	shortestWhole = 6  // a secret of fewer characters would mask ordinary words
	redacted      = "***"
)

// Redactor masks secrets in text that may repeat one: of a server, of another program, of a mistyped command line. A known
// secret is masked as a whole and in parts of 12 characters and more, in any case, also URL-encoded and in base64; what has
// the shape of an API key or of a token is masked even when it is not known. It is safe for concurrent use.
type Redactor struct {
	mu    sync.Mutex
	grams map[[gramBytes]byte]struct{}
	short [][]byte
}

// Add makes secrets known.
func (r *Redactor) Add(secrets ...Secret) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, secret := range secrets {
		text := []byte(secret.Reveal())
		if n := len(text); n < gramBytes {
			if n >= shortestWhole {
				r.short = append(r.short, lower(text))
			}
			continue
		}
		r.addParts(text)
		for start := range 3 { // base64 of what has the secret in it falls into groups at one of three places
			part := text[start:]
			part = part[:len(part)/3*3]
			r.addParts([]byte(base64.StdEncoding.EncodeToString(part)))
			r.addParts([]byte(base64.URLEncoding.EncodeToString(part)))
		}
	}
}

func (r *Redactor) addParts(text []byte) {
	if r.grams == nil {
		r.grams = map[[gramBytes]byte]struct{}{}
	}
	text = lower(text)
	for i := 0; i+gramBytes <= len(text); i++ {
		r.grams[[gramBytes]byte(text[i:])] = struct{}{}
	}
}

// Redact returns the text with its secrets masked.
func (r *Redactor) Redact(text string) string { return string(r.redact(nil, []byte(text))) }

// redact masks the secrets in text; what went before it is only read.
func (r *Redactor) redact(before, text []byte) []byte {
	all := slices.Concat(before, text)
	secret := r.mark(all)
	var out []byte
	for i := len(before); i < len(all); {
		end := i + 1
		for end < len(all) && secret[end] == secret[i] {
			end++
		}
		if secret[i] {
			out = append(out, redacted...)
		} else {
			out = append(out, all[i:end]...)
		}
		i = end
	}
	return out
}

// mark reports for each byte whether it belongs to a secret: as it is written, and with its %XX decoded up to three times, since a
// secret may itself hold what looks like an escape.
func (r *Redactor) mark(all []byte) []bool {
	const levels = 4
	secret := make([]bool, len(all))
	text, at := lower(all), make([]int, len(all)+1)
	for i := range at {
		at[i] = i
	}
	for range levels {
		for i, found := range r.find(text) {
			for k := at[i]; found && k < at[i+1]; k++ {
				secret[k] = true
			}
		}
		before := len(text)
		if text, at = unescape(text, at); len(text) == before {
			break
		}
	}
	return secret
}

// find marks the bytes of secrets in text that is in lower case.
func (r *Redactor) find(text []byte) []bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	secret := make([]bool, len(text))
	mark := func(from, to int) {
		for i := from; i < to; i++ {
			secret[i] = true
		}
	}
	for i := 0; len(r.grams) > 0 && i+gramBytes <= len(text); i++ {
		if _, ok := r.grams[[gramBytes]byte(text[i:])]; ok {
			mark(i, i+gramBytes)
		}
	}
	for _, short := range r.short {
		for i := 0; i+len(short) <= len(text); i++ {
			if bytes.HasPrefix(text[i:], short) {
				mark(i, i+len(short))
			}
		}
	}
	const shortestKey = 8 // characters after the prefix; documentation writes hc_live_...
	for _, prefix := range []string{"hc_live_", "hc_test_", "eyj"} {
		for i := 0; i+len(prefix) <= len(text); i++ {
			if !bytes.HasPrefix(text[i:], []byte(prefix)) {
				continue
			}
			end := i + len(prefix)
			for end < len(text) && isKeyByte(text[end], prefix == "eyj") {
				end++
			}
			if key := text[i:end]; len(key) >= len(prefix)+shortestKey && (prefix != "eyj" || bytes.Count(key, []byte(".")) == 2) {
				mark(i, end)
			}
		}
	}
	return secret
}

// isKeyByte reports whether a byte in lower case can be a part of a key, or with dots of a token.
func isKeyByte(c byte, dots bool) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-' || dots && c == '.'
}

// lower returns the text with ASCII letters in lower case, byte by byte: text need not be UTF-8.
func lower(text []byte) []byte {
	out := bytes.Clone(text)
	for i, c := range out {
		if 'A' <= c && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return out
}

// unescape decodes each %XX once and returns the text in lower case; at holds the place of each byte in the original, and the end.
func unescape(text []byte, at []int) (plain []byte, places []int) {
	for i := 0; i < len(text); {
		c, n := text[i], 1
		var b [1]byte
		if c == '%' && i+3 <= len(text) {
			if _, err := hex.Decode(b[:], text[i+1:i+3]); err == nil {
				c, n = b[0], 3
			}
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		plain, places = append(plain, c), append(places, at[i])
		i += n
	}
	return plain, append(places, at[len(text)])
}

// Writer masks secrets in what is written to w. Of one that comes in several writes fewer than 12 characters pass.
func (r *Redactor) Writer(w io.Writer) io.Writer { return &redactingWriter{w: w, r: r} }

type redactingWriter struct {
	mu   sync.Mutex
	w    io.Writer
	r    *Redactor
	last []byte // of what was written before
}

func (w *redactingWriter) Write(p []byte) (int, error) {
	const kept = 3 * gramBytes // each byte may be three
	w.mu.Lock()
	defer w.mu.Unlock()
	masked := w.r.redact(w.last, p)
	w.last = append(w.last, p...)
	w.last = bytes.Clone(w.last[max(0, len(w.last)-kept):])
	if _, err := w.w.Write(masked); err != nil {
		return 0, err
	}
	return len(p), nil
}
