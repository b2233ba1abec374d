package client_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/pkg/client"
)

// properties are a schema's members, those of allOf included, with an example value of each in JSON.
func properties(s *openapi3.Schema) map[string]string {
	found := map[string]string{}
	for _, part := range s.AllOf {
		maps.Copy(found, properties(part.Value))
	}
	for name, p := range s.Properties {
		switch {
		case p.Value.Format == "uuid":
			found[name] = `"` + someID + `"`
		case p.Value.Type.Is("integer"):
			found[name] = "7"
		case p.Value.Type.Is("boolean"):
			found[name] = "true"
		case p.Value.Type.Is("array"):
			found[name] = `[]`
		case p.Value.Type.Is("string"):
			found[name] = `"2019-08-24T14:15:22Z"`
		default:
			found[name] = "3" // of any type
		}
	}
	return found
}

// decoded are the types that answers become, by the contract's names.
func decoded() map[string]func() json.Unmarshaler {
	return map[string]func() json.Unmarshaler{
		"Customer":        func() json.Unmarshaler { return &client.Customer{} },
		"CustomerDetail":  func() json.Unmarshaler { return &client.CustomerDetail{} },
		"CreatedCustomer": func() json.Unmarshaler { return &client.CreatedCustomer{} },
		"APIKeyContext":   func() json.Unmarshaler { return &client.KeyContext{} },
	}
}

func TestContract_SchemasDecodedWhole(t *testing.T) {
	t.Parallel()
	doc, _ := contract(t)
	for name, fresh := range decoded() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			members := properties(doc.Components.Schemas[name].Value)
			if diff := cmp.Diff(slices.Sorted(maps.Keys(members)), jsonNames(fresh())); diff != "" {
				t.Errorf("the fields are not the contract's: %s", diff)
			}
			whole := fresh()
			if err := whole.UnmarshalJSON(object(members)); err != nil {
				t.Fatal(err)
			}
			for member, value := range fieldsOf(whole) {
				if value.IsZero() {
					t.Errorf("%s is not decoded", member)
				}
				checkAlone(t, fresh, members, member)
				checkOptional(t, fresh, members, member)
			}
		})
	}
}

// checkAlone decodes one member and the id, so that a member that lands in another's field shows.
func checkAlone(t *testing.T, fresh func() json.Unmarshaler, members map[string]string, member string) {
	t.Helper()
	alone := map[string]string{member: members[member]}
	if id, has := members["id"]; has {
		alone["id"] = id
	}
	record := fresh()
	if err := record.UnmarshalJSON(object(alone)); err != nil {
		t.Fatalf("%s alone: %v", member, err)
	}
	for other, got := range fieldsOf(record) {
		if want := other == member || other == "id"; got.IsZero() == want {
			t.Errorf("reading %s leaves %s at %v", member, other, got)
		}
	}
}

// checkOptional decodes without one member and with null in its place: both mean the same. Only a record's id is
// insisted on.
func checkOptional(t *testing.T, fresh func() json.Unmarshaler, members map[string]string, member string) {
	t.Helper()
	less, null := maps.Clone(members), maps.Clone(members)
	delete(less, member)
	null[member] = "null"
	for _, text := range [][]byte{object(less), object(null)} {
		record := fresh()
		err := record.UnmarshalJSON(text)
		if (err != nil) != (member == "id") {
			t.Errorf("%s missing or null: %v", member, err)
		}
		if field := fieldsOf(record)[member]; err == nil && !field.IsZero() {
			t.Errorf("%s missing or null is %v", member, field)
		}
	}
}

func TestContract_RequestBodies(t *testing.T) {
	t.Parallel()
	doc, _ := contract(t)
	create := properties(doc.Components.Schemas["CreateCustomerRequest"].Value)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(create)), jsonNames(&client.CreateRequest{})); diff != "" {
		t.Error(diff)
	}
	clone := properties(doc.Components.Schemas["CloneCustomerRequest"].Value)
	delete(clone, "source_customer_id") // written from the path's id
	if diff := cmp.Diff(slices.Sorted(maps.Keys(clone)), jsonNames(&client.CloneRequest{})); diff != "" {
		t.Error(diff)
	}
	company := doc.Components.Schemas["CloneCustomerRequest"].Value.Properties["company_name"].Value
	perPage := doc.Paths.Find("/v1/customers").Get.Parameters.GetByInAndName("query", "per_page").Schema.Value
	if *company.MaxLength != 200 || *perPage.Max != client.MaxPerPage {
		t.Errorf("limits %d and %g", *company.MaxLength, *perPage.Max)
	}
}

func TestContract_PageAndErrors(t *testing.T) {
	t.Parallel()
	doc, _ := contract(t)
	page := properties(doc.Components.Schemas["CustomerPage"].Value)
	got, _, err := readPage(t, string(object(page)))
	if err != nil {
		t.Fatal(err)
	}
	if got.Page != 7 || got.PerPage != 7 || got.Total != 7 || got.TotalPages != 7 || got.Customers == nil || len(page) != 5 {
		t.Errorf("%+v of %v", got, page)
	}
	entry := properties(doc.Components.Schemas["ValidationErrorItem"].Value)
	want := []string{"ctx", "input", "loc", "msg", "type", "url"} // ctx, input and url are not kept: they may be secret
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(entry))); diff != "" {
		t.Error(diff)
	}
}

func TestContract_ExamplesDecoded(t *testing.T) {
	t.Parallel()
	doc, router := contract(t)
	for operation, calls := range everyRequest() {
		item := operationOf(t, doc, operation)
		media := item.Responses.Status(200).Value.Content.Get("application/json")
		if media == nil || media.Example == nil {
			continue
		}
		text, err := json.Marshal(media.Example)
		if err != nil {
			t.Fatal(err)
		}
		for name, do := range calls {
			if name == "walk" || name == "find" || operation == "createCustomer" && name != "nothing" || operation == "cloneCustomer" && name == "most" {
				continue // the example answers another question than these ask
			}
			s := &spy{reply: func(_ int, r *http.Request) *http.Response {
				_ = validAnswer(t, router, r, operation)
				return response(r, 200, string(text))
			}}
			if err := do(t.Context(), newClient(t, "https://api.hydracore.io", withTransport(s))); err != nil {
				t.Errorf("%s: %v", operation, err)
			}
		}
	}
}

func operationOf(t *testing.T, doc *openapi3.T, id string) *openapi3.Operation {
	t.Helper()
	for _, item := range doc.Paths.Map() {
		for _, operation := range item.Operations() {
			if operation.OperationID == id {
				return operation
			}
		}
	}
	t.Fatalf("no operation %s", id)
	return nil
}

func object(members map[string]string) []byte {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(members)) {
		fmt.Fprintf(&b, ",%q:%s", name, members[name])
	}
	return append(append([]byte("{"), bytes.TrimPrefix(b.Bytes(), []byte(","))...), '}')
}

// fieldsOf are a struct's exported fields by their names in JSON.
func fieldsOf(record any) map[string]reflect.Value {
	v := reflect.ValueOf(record).Elem()
	found := map[string]reflect.Value{}
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.Anonymous && f.IsExported() {
			maps.Copy(found, fieldsOf(v.Field(i).Addr().Interface()))
		}
		if name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ","); name != "" && name != "-" {
			found[name] = v.Field(i)
		}
	}
	return found
}

func jsonNames(record any) []string { return slices.Sorted(maps.Keys(fieldsOf(record))) }
