package cli

import (
	"net/http"
	"testing"

	"github.com/hydracore/hydractl/pkg/client"
)

// A terminal shows only what is in the text, and the shell reads nothing but it.
func TestCurl_OmitsUnprintableText(t *testing.T) {
	text, left := curl(&client.Request{
		Method: "POST", URL: "https://api.example.com/v1/x",
		Header: http.Header{"X-A": {"a\u202eb"}, "X-B": {"it's"}, "Authorization": {"Bearer ***"}},
		Body:   []byte("{\"a\":\"\x1b]0;x\a\"}"),
	}, "/etc/my ca.pem")
	want := `curl -X POST --cacert '/etc/my ca.pem' 'https://api.example.com/v1/x' \
  -H "Authorization: Bearer $HYDRACORE_ACCESS_TOKEN" \
  -H 'X-B: it'\''s' \
  --data-binary @-
`
	if text != want || len(left) != 2 {
		t.Errorf("%s\n%q", text, left)
	}
}
