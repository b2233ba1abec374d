package sandbox

import "net/http"

// login is POST /auth/login.
func (s *Server) login(r *request) (answer, error) {
	f := s.form()
	o := f.object(r.body)
	if o == nil {
		return f.refused()
	}
	email, password := f.text(o, "email", 0), f.text(o, "password", 0)
	if len(f.problems) > 0 {
		return f.refused()
	}
	if !storable(&email, &password) {
		return crash(), nil
	}
	m, err := s.store.member("email", fold(email))
	if err != nil {
		return answer{}, err
	}
	if m == nil {
		return detail(http.StatusUnauthorized, "Incorrect email or password"), nil
	}
	if knows, err := m.knows(password); err != nil || !knows {
		return detail(http.StatusUnauthorized, "Incorrect email or password"), err
	}
	refresh := newRefreshToken()
	if err := s.store.addRefreshToken(refresh, m.no, newUUID(), r.now); err != nil {
		return answer{}, err
	}
	return s.issue(m, refresh, r)
}

// refresh is POST /auth/refresh. A token that was used already ends the whole sign-in, as a stolen one must.
func (s *Server) refresh(r *request) (answer, error) {
	text, a, err := s.refreshToken(r)
	if text == "" {
		return a, err
	}
	next := newRefreshToken()
	if s.settings.is(setRefreshTokens, "keep") {
		next = text
	}
	no, err := s.store.useRefreshToken(text, next, r.now)
	if err != nil {
		return answer{}, err
	}
	m, err := s.store.member("no", no)
	if err != nil {
		return answer{}, err
	}
	if m == nil {
		return detail(http.StatusUnauthorized, "Invalid refresh token"), nil
	}
	return s.issue(m, next, r)
}

// logout is POST /auth/logout.
func (s *Server) logout(r *request) (answer, error) {
	text, a, err := s.refreshToken(r)
	if text == "" {
		return a, err
	}
	return answer{status: http.StatusNoContent}, s.store.endFamily(text)
}

// refreshToken reads the one field of refresh and logout; "" when the answer is given already.
func (s *Server) refreshToken(r *request) (string, answer, error) {
	f := s.form()
	var text string
	if o := f.object(r.body); o != nil {
		text = f.text(o, "refresh_token", 0)
	}
	if len(f.problems) > 0 {
		a, err := f.refused()
		return "", a, err
	}
	if text == "" {
		return "", detail(http.StatusUnauthorized, "Invalid refresh token"), nil
	}
	return text, answer{}, nil
}

// me is GET /auth/me.
func (s *Server) me(r *request) (answer, error) {
	m := r.caller.member
	role := "member"
	if m.admin {
		role = "admin"
	}
	var w jsonText
	w.open('{')
	w.textField("email", m.email)
	w.boolField("email_verified", true)
	w.textField("id", m.id.String())
	w.textField("role", role)
	w.textField("tenant_id", m.tenantID.String())
	w.close('}')
	return ok(http.StatusOK, &w), nil
}

// issue answers with a pair of tokens.
func (s *Server) issue(m *member, refresh string, r *request) (answer, error) {
	access, err := s.accessToken(m, r.now)
	if err != nil {
		return answer{}, err
	}
	var w jsonText
	w.open('{')
	w.textField("access_token", access)
	w.textField("refresh_token", refresh)
	w.textField("token_type", "bearer")
	w.intField("expires_in", int64(accessLife.Seconds()))
	w.boolField("email_verified", true)
	w.close('}')
	return ok(http.StatusOK, &w), nil
}
