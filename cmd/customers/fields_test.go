package customers

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/internal/query"
	"github.com/hydracore/hydractl/pkg/client"
)

func TestDetailCondition_Holds(t *testing.T) {
	d := &client.CustomerDetail{}
	if err := d.UnmarshalJSON([]byte(`{"id":"` + someID + `","running_instance_count":2,"subscription_count":1e1,"currency":"EUR",` +
		`"locale":null,"latest_subscription_status":"past \"due\"","company_name":"null"}`)); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"running_instance_count=2":                 true,
		"running_instance_count==2":                true,
		"running_instance_count!=2":                false,
		"running_instance_count>=2":                true,
		"running_instance_count>=3":                false,
		"running_instance_count>2":                 false,
		"running_instance_count>1":                 true,
		"running_instance_count<=2":                true,
		"running_instance_count<2":                 false,
		"running_instance_count<3":                 true,
		"running_instance_count >= 2":              true,
		"running_instance_count>=-1":               true,
		"running_instance_count=null":              false,
		"running_instance_count!=null":             true,
		"subscription_count=10":                    true,
		"subscription_count<9":                     false,
		"instance_count=0":                         false, // missing
		"instance_count<=0":                        false,
		"instance_count!=0":                        true,
		"instance_count=null":                      true,
		"currency=EUR":                             true,
		"currency=eur":                             false,
		"currency!=EUR":                            false,
		"currency=null":                            false,
		"locale=null":                              true,
		"locale!=null":                             false,
		"locale=":                                  false,
		"locale=x":                                 false,
		"locale!=x":                                true,
		"company_name=null":                        false, // a text, not a null
		`latest_subscription_status=past "due"`:    true,
		`latest_subscription_status!=past "due"=x`: true,
		"id=" + someID:                             true,
	} {
		c, err := query.Parse("--for", text, detailFields(), time.Now())
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := c.Holds(*d); got != want {
			t.Errorf("%s is %v where the field is %s", text, got, c.Field.String(*d))
		}
	}
}

// Columns, --where, --sort-by and JSON have one name for a field, and the title of a column is another name for it.
func TestCustomerFields_AreTheColumns(t *testing.T) {
	for _, c := range customerColumns() {
		names := []string{c.Name, strings.ToUpper(c.Title)}
		for _, name := range names {
			if name == "" {
				continue
			}
			f, err := query.Find("--where", name, customerFields())
			if err != nil || f.Name != c.Name && c.Name != "instances" {
				t.Errorf("column %s: %q is the field %q, %v", c.Name, name, f.Name, err)
			}
		}
	}
	for _, f := range detailFields() {
		if !slices.ContainsFunc(detailColumns(), func(c output.Column[client.CustomerDetail]) bool { return c.Name == f.Name }) {
			t.Errorf("the field %s has no column", f.Name)
		}
	}
}
