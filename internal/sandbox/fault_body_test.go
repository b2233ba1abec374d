package sandbox

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"
)

func bodyFaults() []faultCase {
	const ok = "201 " + isJSON
	return []faultCase{
		{"empty_body", aCreate, strings.TrimSpace(ok) + " ", 3},
		{"html_200", aCreate, "200 Content-Type=text/html <!DOCTYPE html>*", 3},
		{"wrong_type", aCreate, `201 Content-Type=text/html {"company_name":*`, 3},
		{"no_type", aCreate, `201 {"company_name":*`, 3},
		{"odd_json", aCreate, ok + "[]", 3},
		{"odd_json:value=null", aCreate, ok + "null", 3},
		{"odd_json:value=text", aCreate, ok + `""`, 3},
		{"odd_json:value=object", aCreate, ok + "{}", 3},
		{"deep_json", aCreate, ok + "[[[[*]]]]", 3},
		{"trailing_data", aCreate, ok + `{*}{"more":1}`, 3},
		{"half_json", aCreate, ok + `{"company_name":"New",*`, 3},
		{"bom", aCreate, ok + "\xEF\xBB\xBF{*}", 3},
		{"bad_utf8", aCreate, ok + "*\xFF\xC3New*", 3},
		{"utf16", aCreate, ok + "\xFF\xFE{\x00*", 3},
		{"huge_body:mb=1", aCreate, ok + strings.Repeat(" ", 1<<20) + "{*}", 3},
		{"truncated", aCreate, "error unexpected EOF", 3},
		{"cut_chunk", aCreate, "error unexpected EOF", 3},
		{"endless:mb=2", aCreate, ok + strings.Repeat(" ", 2<<20), 3},
		{"gzip", aCreate, "201 Content-Type=application/json Content-Encoding=gzip \x1f\x8b*", 3},
		{"gzip_corrupt", aCreate, "201 Content-Type=application/json Content-Encoding=gzip \x1f\x8b*\x00\x01\x02\x03\x04\x05\x06\x07", 3},
		{"gzip_bomb:mb=3", aCreate, "201 Content-Type=application/json Content-Encoding=gzip \x1f\x8b*", 3},
		{"not_gzip:coding=br", aCreate, "201 Content-Type=application/json Content-Encoding=br {*}", 3},
	}
}

func TestFault_Bodies(t *testing.T) {
	t.Parallel()
	runFaults(t, bodyFaults())
}

func TestFault_GzipBombSize(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Faults: []string{"gzip_bomb:mb=3"}})
	packed := raw(t, s, aList).body
	r, err := gzip.NewReader(bytes.NewReader([]byte(packed)))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil || len(plain) < 3<<20 || len(packed) > 1<<14 || !strings.HasSuffix(string(plain), `"total_pages":0}`) {
		t.Errorf("%d bytes become %d, %v", len(packed), len(plain), err)
	}
}

func protocolFaults() []faultCase {
	return []faultCase{
		{"status", aCreate, "204 Content-Type=application/json ", 3},
		{"status:status=202", aCreate, `202 Content-Type=application/json {"company_name":*`, 3},
		{"status:status=599", aCreate, `599 Content-Type=application/json {*`, 3},
		{"status:status=099", aCreate, `99 Content-Type=application/json {*`, 3},
		{"junk", aCreate, `error malformed HTTP response "SSH*`, 3},
		{"junk:kind=status", aCreate, `error malformed HTTP status code "abc"`, 3},
		{"junk:kind=http09", aCreate, `error malformed HTTP response "{*`, 3},
		{"junk:kind=binary", aCreate, `error *`, 3},
		{"huge_header:mb=1", aCreate, "error *EOF", 3},
		{"many_headers:n=50", aCreate, created, 3},
		{"interim:n=3", aCreate, "103 *", 3},
		{"set_cookie", aCreate, created, 3},
		{"redirect", aCreate, "307 Location=http://127.0.0.1:*/v1/customers/? ", 2},
		{"redirect:status=301,to=host", aCreate, "301 Location=http://elsewhere.example.com/v1/customers ", 2},
		{"redirect:status=302,to=port", aCreate, "302 Location=http://127.0.0.1:9/v1/customers ", 2},
		{"redirect:status=303,to=loop", aList, "303 Location=/v1/customers?sort_dir=asc ", 2},
		{"redirect:status=308,to=downgrade", aCreate, "308 Location=http://api.hydracore.example.com/v1/customers ", 2},
		{"redirect:to=file", aCreate, "307 Location=file:///etc/hostname ", 2},
		{"redirect:to=none", aCreate, "307 ", 2},
		{"redirect_after_commit:to=host", aCreate, "307 Location=http://elsewhere.example.com/v1/customers ", 3},
	}
}

func TestFault_ProtocolAndRedirects(t *testing.T) {
	t.Parallel()
	runFaults(t, protocolFaults())
}
