package customers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/pkg/client"
)

func TestCondition_Holds(t *testing.T) {
	d := &client.CustomerDetail{}
	if err := d.UnmarshalJSON([]byte(`{"id":"` + someID + `","running_instance_count":2,"subscription_count":1e1,"currency":"EUR",` +
		`"locale":null,"latest_subscription_status":"past \"due\"","company_name":"null"}`)); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"exists":                                   true,
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
		c, err := parseCondition(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, is, err := c.holds(d); got != want || err != nil {
			t.Errorf("%s is %v where the field is %s, %v", text, got, is, err)
		}
	}
}

func TestPoll_EndsWithContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), 25*time.Second, cli.ErrTimeout)
		defer cancel()
		began := time.Now()
		err := poll(ctx, 10*time.Second, func() (bool, error) { return false, nil }, nil)
		if !errors.Is(err, cli.ErrTimeout) || time.Since(began) != 25*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func TestPoll_KeepsInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, at := time.Now(), []time.Duration{}
		answers := []error{
			nil, &client.TransportError{Code: "connection_failed"},
			&client.Error{Status: http.StatusTooManyRequests, RetryAfter: time.Minute}, nil,
		}
		err := poll(t.Context(), 10*time.Second, func() (bool, error) {
			at = append(at, time.Since(began))
			return len(at) == len(answers), answers[len(at)-1]
		}, func(error) error { return nil })
		if got := fmt.Sprint(at); err != nil || got != "[0s 10s 20s 1m20s]" {
			t.Errorf("looks at %s, %v", got, err)
		}
	})
}

const someID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
