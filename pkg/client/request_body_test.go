package client_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hydracore/hydractl/pkg/client"
)

func TestRequest_BodyIsJSON(t *testing.T) {
	t.Parallel()
	outer := t
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Custom(func(t *rapid.T) *string {
			if rapid.Bool().Draw(t, "left out") {
				return nil
			}
			s := rapid.OneOf(rapid.String(), rapid.StringMatching("[\"\\\\<&>\x00-\x1f\u2028\u00e9]*")).Draw(t, "text")
			return &s
		})
		sent := client.CreateRequest{
			CompanyName: text.Draw(t, "company_name"), CountryCode: text.Draw(t, "country_code"), Currency: text.Draw(t, "currency"),
			Email: text.Draw(t, "email"), Industry: text.Draw(t, "industry"), Locale: text.Draw(t, "locale"), Timezone: text.Draw(t, "timezone"),
		}
		shown, err := described(outer, "https://api.example.com", client.WithAPIKey(testKey), func(c *client.Client) error {
			_, err := c.Customers.Create(outer.Context(), sent)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var got client.CreateRequest
		if err := json.Unmarshal(shown.Body, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(sent, got); diff != "" {
			t.Fatalf("%s: %s", shown.Body, diff)
		}
	})
}
