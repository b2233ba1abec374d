package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

// issuer is a server of bearer tokens: the tokens it takes are those it gave last.
type issuer struct {
	t    *testing.T
	life string // expires_in as it is written into the answer

	mu        sync.Mutex
	number    int // of the pair that is good
	refreshes int
	posts     int // creates that were carried out
	storm     int // 401s that are sent before any refresh is answered
	events    []string
	refuse    int           // status of refreshes, 0 for none
	kept      chan struct{} // closed when the storm is over
}

func pair(n int) (access, refresh string) {
	return fmt.Sprintf("access-token-%d", n), fmt.Sprintf("refresh-token-%d", n)
}

func (s *issuer) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "application/json")
	if r.URL.Path == "/auth/refresh" {
		s.refresh(w, r)
	} else {
		s.serve(w, r)
	}
	resp := w.Result()
	resp.Request = r
	return resp, nil
}

func (s *issuer) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	access, _ := pair(s.number)
	if got := r.Header.Get("Authorization"); got != "Bearer "+access {
		s.events = append(s.events, "401 "+strings.TrimPrefix(got, "Bearer "))
		if s.storm--; s.storm == 0 {
			close(s.kept)
		}
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"detail":"Could not validate `+strings.TrimPrefix(got, "Bearer ")+`"}`)
		return
	}
	if r.Method == http.MethodPost {
		s.posts++
	}
	answer(w, r)
}

func (s *issuer) refresh(w http.ResponseWriter, r *http.Request) {
	if s.kept != nil {
		<-s.kept // every worker has met its 401 before the first renewal is done
	}
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refreshes++
	if r.Header.Get("Authorization")+r.Header.Get("X-Api-Key") != "" {
		s.t.Error("a refresh carries another credential")
	}
	_, refresh := pair(s.number)
	switch {
	case s.refuse != 0:
		w.WriteHeader(s.refuse)
		_, _ = io.WriteString(w, `{"detail":"no more of `+refresh+`"}`)
	case string(body) != `{"refresh_token":"`+refresh+`"}`:
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"detail":"Invalid refresh token"}`)
	default:
		s.number++
		s.events = append(s.events, "refreshed")
		access, refresh := pair(s.number)
		_, _ = fmt.Fprintf(w, `{"access_token":%q,"refresh_token":%q,"token_type":"Bearer","expires_in":%s}`, access, refresh, s.life)
	}
}

// sharedStore is a store that processes share; each has a session of its own.
type sharedStore struct {
	issuer *issuer
	lock   chan struct{} // full while a process holds it
	tokens client.Tokens
	broken error
}

func (s *sharedStore) Lock(ctx context.Context) (func(), error) {
	select {
	case s.lock <- struct{}{}:
		return func() { <-s.lock }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *sharedStore) Load(context.Context) (client.Tokens, error) { return s.tokens, nil }

func (s *sharedStore) Save(_ context.Context, t client.Tokens) error {
	s.issuer.mu.Lock()
	s.issuer.events = append(s.issuer.events, "stored "+t.RefreshToken)
	s.issuer.mu.Unlock()
	s.tokens = t
	return s.broken
}

// signedIn is a server that has issued pair 1, and the store that holds it.
func signedIn(t *testing.T, life string) (*issuer, *sharedStore) {
	i := &issuer{t: t, number: 1, life: life}
	access, refresh := pair(1)
	return i, &sharedStore{issuer: i, lock: make(chan struct{}, 1), tokens: client.Tokens{AccessToken: access, RefreshToken: refresh, Obtained: time.Now(), Lifetime: 30 * time.Minute}}
}

// process is one program that uses the sign-in.
func process(t *testing.T, i *issuer, s *sharedStore) (*client.Client, *client.Session) {
	t.Helper()
	bare, err := client.New("https://api.example.com", withTransport(i))
	if err != nil {
		t.Fatal(err)
	}
	session := bare.Auth.NewSession(s, s.tokens)
	c, err := client.New("https://api.example.com", withTransport(i), client.WithTokenSource(session), client.WithMaxRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	return c, session
}

func create(ctx context.Context, c *client.Client) error {
	_, err := c.Customers.Create(ctx, client.CreateRequest{CompanyName: new("Foo, Inc.")})
	return err
}

func TestSession_SixteenWorkersRenewOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i, s := signedIn(t, "1800")
		c, _ := process(t, i, s)
		i.number, i.storm, i.kept = 2, 16, make(chan struct{}) // the server has forgotten access-token-1
		_, s.tokens.RefreshToken = pair(2)
		var workers sync.WaitGroup
		for range 16 {
			workers.Go(func() {
				if err := create(t.Context(), c); err != nil {
					t.Error(err)
				}
			})
		}
		workers.Wait()
		if i.refreshes != 1 || i.posts != 16 || len(i.events) != 16+2 {
			t.Errorf("%d refreshes, %d creates, want 1 and 16: %q", i.refreshes, i.posts, i.events)
		}
	})
}

func TestSession_RenewsAMinuteBeforeExpiry(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		life   string // of the renewed token
		after  time.Duration
		before int // refreshes up to then
		then   int // and with one more request a moment later
	}{
		{"half an hour", "1800", 29 * time.Minute, 1, 2},
		{"shorter than two minutes", "30", 15 * time.Second, 1, 2},
		{"a second", "1", 500 * time.Millisecond, 1, 2},
		{"zero, so not known", "0", 1000 * time.Hour, 1, 1},
		{"negative, as if it had expired already", "-5", 1000 * time.Hour, 1, 1},
		{"null", "null", 1000 * time.Hour, 1, 1},
		{"for ever", "9e18", 1000 * time.Hour, 1, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				i, s := signedIn(t, tt.life)
				c, _ := process(t, i, s)
				use := func() {
					if err := create(t.Context(), c); err != nil {
						t.Fatal(err)
					}
				}
				time.Sleep(29*time.Minute - time.Nanosecond)
				if use(); i.refreshes != 0 {
					t.Fatal("renewed too early")
				}
				time.Sleep(time.Nanosecond)
				use()
				time.Sleep(tt.after - time.Nanosecond)
				if use(); i.refreshes != tt.before {
					t.Errorf("%d refreshes, want %d", i.refreshes, tt.before)
				}
				time.Sleep(time.Nanosecond)
				if use(); i.refreshes != tt.then {
					t.Errorf("%d refreshes, want %d", i.refreshes, tt.then)
				}
				for _, e := range i.events {
					if strings.HasPrefix(e, "401") {
						t.Errorf("the server met an old token: %q", i.events)
					}
				}
			})
		})
	}
}

func TestSession_WrongClock(t *testing.T) {
	t.Parallel()
	for name, off := range map[string]time.Duration{"tokens from the future": 100 * 365 * 24 * time.Hour, "tokens that seem expired": -100 * 365 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			i, s := signedIn(t, "1800")
			s.tokens.Obtained = s.tokens.Obtained.Add(off).Round(0)
			c, _ := process(t, i, s)
			for range 5 {
				if err := create(t.Context(), c); err != nil {
					t.Fatal(err)
				}
			}
			if i.refreshes > 1 {
				t.Errorf("%d refreshes", i.refreshes)
			}
		})
	}
}

func TestSession_ProcessesShareOneRenewal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i, s := signedIn(t, "1800")
		var workers sync.WaitGroup
		var all []*client.Client
		for range 8 {
			c, _ := process(t, i, s)
			all = append(all, c)
		}
		time.Sleep(29*time.Minute + time.Second)
		for _, c := range all {
			workers.Go(func() {
				if err := create(t.Context(), c); err != nil {
					t.Error(err)
				}
			})
		}
		workers.Wait()
		if i.refreshes != 1 || i.posts != 8 {
			t.Errorf("%d refreshes, %d creates, want 1 and 8", i.refreshes, i.posts)
		}
	})
}

func TestSession_StoresBeforeUse(t *testing.T) {
	t.Parallel()
	i, s := signedIn(t, "1800")
	c, session := process(t, i, s)
	i.number = 2
	_, s.tokens.RefreshToken = pair(2) // another process has rotated it
	s.broken = errors.New("the disk is full")
	te := wantTransportError(t, create(t.Context(), c), "no_token")
	if !errors.Is(te, s.broken) || te.MaybeApplied || i.posts != 0 {
		t.Errorf("got %+v after %q", te, i.events)
	}
	if got := strings.Join(i.events, ", "); got != "401 access-token-1, refreshed, stored refresh-token-3" {
		t.Errorf("events: %s", got)
	}
	if session.Tokens().AccessToken != "access-token-1" {
		t.Error("a token that was not stored is in use")
	}
}

func TestSession_EndedSignInAskedOnce(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 422} {
		i, s := signedIn(t, "1800")
		c, _ := process(t, i, s)
		i.number, i.refuse = 2, status
		for range 3 {
			e := wantError(t, create(t.Context(), c), "signed_out")
			if e.Status != http.StatusUnauthorized || client.MaybeApplied(e) || !strings.Contains(e.Message, "the sign-in has ended: no more of") {
				t.Errorf("%d: got %+v", status, e)
			}
			if strings.Contains(dump(e), "refresh-token-1") {
				t.Errorf("the error quotes the refresh token: %v", e)
			}
		}
		if i.refreshes != 1 || i.posts != 0 {
			t.Errorf("%d: %d refreshes, %d creates", status, i.refreshes, i.posts)
		}
	}
}

func TestSession_TroublePasses(t *testing.T) {
	t.Parallel()
	for status, code := range map[int]client.ErrorCode{500: "no_token", 503: "no_token", 404: "no_token", 429: "rate_limited"} {
		synctest.Test(t, func(t *testing.T) {
			i, s := signedIn(t, "1800")
			bare, err := client.New("https://api.example.com", withTransport(i), client.WithMaxRetries(0))
			if err != nil {
				t.Fatal(err)
			}
			c, err := client.New("https://api.example.com", withTransport(i), client.WithTokenSource(bare.Auth.NewSession(s, s.tokens)), client.WithMaxRetries(0))
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour)
			i.refuse = status
			err = create(t.Context(), c)
			if client.MaybeApplied(err) || i.posts != 0 {
				t.Errorf("%d: the create may have left: %v", status, err)
			}
			if code == "no_token" {
				wantTransportError(t, err, code)
			} else {
				wantError(t, err, code)
			}
			if _, answer := errors.AsType[*client.Error](err); answer != (status == 429) {
				t.Errorf("%d: %v reads as the answer to the create", status, err)
			}
			i.refuse = 0
			if err := create(t.Context(), c); err != nil {
				t.Errorf("%d: after the trouble: %v", status, err)
			}
		})
	}
}

func TestSession_401AfterRenewalReturned(t *testing.T) {
	t.Parallel()
	i, s := signedIn(t, "1800")
	c, _ := process(t, i, s)
	i.number = 2
	s.tokens.AccessToken = "access-token-of-another" // which the server does not take either
	wantError(t, create(t.Context(), c), "not_authenticated")
	if i.refreshes != 0 || i.posts != 0 || len(i.events) != 2 {
		t.Errorf("events: %q", i.events)
	}
}

func TestSession_KeyContextRenewsNothing(t *testing.T) {
	t.Parallel()
	i, s := signedIn(t, "1800")
	c, _ := process(t, i, s)
	i.number = 2
	_, err := c.Auth.KeyContext(t.Context())
	wantError(t, err, "not_authenticated")
	if i.refreshes != 0 {
		t.Errorf("%d refreshes", i.refreshes)
	}
}

// blockedStore is a store whose lock or load takes until the context ends.
type blockedStore struct {
	*sharedStore

	lock, load bool
	ended      int // calls that ended with their context
}

func (s *blockedStore) Lock(ctx context.Context) (func(), error) {
	if s.lock {
		<-ctx.Done()
		s.ended++
		return nil, ctx.Err()
	}
	return s.sharedStore.Lock(ctx)
}

func (s *blockedStore) Load(ctx context.Context) (client.Tokens, error) {
	if s.load {
		<-ctx.Done()
		s.ended++
		return client.Tokens{}, ctx.Err()
	}
	return s.sharedStore.Load(ctx)
}

func TestSession_CallEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for name, store := range map[string]*blockedStore{"lock": {lock: true}, "load": {load: true}} {
		synctest.Test(t, func(t *testing.T) {
			i, s := signedIn(t, "1800")
			store.sharedStore = s
			bare := newClient(t, "https://api.example.com", withTransport(i))
			session := bare.Auth.NewSession(store, s.tokens)
			c, err := client.New("https://api.example.com", withTransport(i), client.WithTokenSource(session))
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour) // the token has expired
			start := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			te := wantTransportError(t, create(ctx, c), "timeout")
			if took := time.Since(start); took != 200*time.Millisecond || !errors.Is(te, context.DeadlineExceeded) || te.MaybeApplied {
				t.Errorf("%s: %+v after %s", name, te, took)
			}
			if session.Wait(t.Context()) != nil || i.refreshes != 0 {
				t.Errorf("%s: %d refreshes", name, i.refreshes)
			}
			synctest.Wait()
			if store.ended != 1 {
				t.Errorf("%s: the store still waits", name)
			}
			store.lock, store.load = false, false
			if err := create(t.Context(), c); err != nil || i.refreshes != 1 {
				t.Errorf("%s: the next call: %v, %d refreshes", name, err, i.refreshes)
			}
		})
	}
}

func TestSession_WaitsAsLongAsOneCallerWaits(t *testing.T) {
	t.Parallel()
	for _, leaver := range []int{0, 1} { // the caller that began the renewal, or the one that joined it
		synctest.Test(t, func(t *testing.T) {
			i, s := signedIn(t, "1800")
			_, session := process(t, i, s)
			time.Sleep(time.Hour)
			s.lock <- struct{}{} // another process renews
			ctx, cancel := context.WithCancel(t.Context())
			contexts := []context.Context{t.Context(), t.Context()}
			contexts[leaver] = ctx
			var callers sync.WaitGroup
			for _, ctx := range contexts {
				callers.Go(func() {
					_, err := session.Token(ctx)
					if !errors.Is(err, ctx.Err()) {
						t.Errorf("%v, want %v", err, ctx.Err())
					}
				})
				synctest.Wait()
			}
			cancel()
			synctest.Wait()
			<-s.lock
			callers.Wait()
			if i.refreshes != 1 {
				t.Errorf("%d refreshes", i.refreshes)
			}
		})
	}
}

func TestSession_RefreshOutlivesItsCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i, s := signedIn(t, "1800")
		_, session := process(t, i, s)
		time.Sleep(time.Hour)
		i.kept = make(chan struct{})
		ctx, cancel := context.WithCancel(t.Context())
		called := make(chan error, 1)
		go func() {
			_, err := session.Token(ctx)
			called <- err
		}()
		synctest.Wait() // the refresh is under way
		cancel()
		if err := <-called; !errors.Is(err, context.Canceled) {
			t.Errorf("the call returned %v", err)
		}
		if err := session.Wait(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("no renewal is under way: %v", err)
		}
		close(i.kept)
		if err := session.Wait(t.Context()); err != nil || s.tokens.RefreshToken != "refresh-token-2" {
			t.Errorf("%v: the rotated refresh token was lost", err)
		}
		if _, err := session.Renew(ctx, "access-token-2"); !errors.Is(err, context.Canceled) || i.refreshes != 1 {
			t.Errorf("a renewal began after the end: %v, %d refreshes", err, i.refreshes)
		}
	})
}

func TestTokens_ShowNothing(t *testing.T) {
	t.Parallel()
	access, refresh := pair(1)
	shown := dump(client.Tokens{AccessToken: access, RefreshToken: refresh}) + dump(&client.Tokens{AccessToken: access, RefreshToken: refresh})
	if strings.Contains(shown, access) || strings.Contains(shown, refresh) {
		t.Errorf("%s", shown)
	}
}

// A JWT has its times in seconds, so that two renewals within one may bring the same text.
func TestSession_EqualTokenOfAnotherProcess(t *testing.T) {
	t.Parallel()
	i, s := signedIn(t, "1800")
	c, _ := process(t, i, s)
	s.tokens.Obtained = s.tokens.Obtained.Add(-time.Hour)
	late, _ := process(t, i, s)
	s.tokens.Obtained = time.Now()
	for _, c := range []*client.Client{c, late} {
		if err := create(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	if i.refreshes != 0 {
		t.Errorf("%d refreshes", i.refreshes)
	}
}
