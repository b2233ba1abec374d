package sandbox

import (
	"bytes"
	"compress/gzip"
)

func gzipKinds() []kind {
	return []kind{
		bodyKind("gzip", "a gzip body, asked for or not", func(a *answer, _ *Fault) { a.compress(a.body) }),
		bodyKind("gzip_corrupt", "a gzip body with a broken checksum and end", func(a *answer, _ *Fault) {
			a.compress(a.body)
			a.body = append(a.body[:len(a.body)-8], "\x00\x01\x02\x03\x04\x05\x06\x07"...)
		}),
		bodyKind("gzip_bomb", "a small gzip body that unpacks to so many megabytes", func(a *answer, f *Fault) {
			a.compress(append(bytes.Repeat([]byte(" "), int(f.number("mb"))<<20), a.body...))
		}, FaultParam{Name: "mb", Default: "200", Help: "megabytes"}),
		bodyKind("not_gzip", "plain JSON that is labelled as gzip or another coding", func(a *answer, f *Fault) {
			*a = a.with("Content-Encoding", f.args["coding"])
		}, choice("coding", "the Content-Encoding", "gzip", "br", "deflate", "zstd")),
	}
}

// compress makes the body gzip.
func (a *answer) compress(plain []byte) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(plain) // a bytes.Buffer takes all
	_ = z.Close()
	*a = a.with("Content-Encoding", "gzip")
	a.body = b.Bytes()
}
