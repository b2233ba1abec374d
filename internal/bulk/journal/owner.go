package journal

import "strings"

// Owner says whose an import is, as far as that is known. It holds no credential.
type Owner struct {
	Tenant string `json:"tenant,omitzero"` // as the server reports it
	Login  string `json:"login,omitzero"`  // who sends: [TenantLogin] and the tenant of a token, else any stable fingerprint
}

// TenantLogin starts the Login of a token that names its tenant.
const TenantLogin = "tenant:"

// Relation is how two owners are related.
type Relation int

// The relations. Two logins without a known tenant may belong to one tenant or to two.
const (
	UnknownTenant Relation = iota
	SameTenant
	OtherTenant
)

// Relation compares the owner of a journal with that of a run.
func (o Owner) Relation(now Owner) Relation {
	reported := o.Tenant != "" && now.Tenant != ""
	switch {
	case reported && o.Tenant == now.Tenant, !reported && o.Login != "" && o.Login == now.Login:
		return SameTenant
	case reported, o.tenantLogin() && now.tenantLogin():
		return OtherTenant
	}
	return UnknownTenant
}

func (o Owner) tenantLogin() bool {
	return strings.HasPrefix(o.Login, TenantLogin) && o.Login != TenantLogin
}

// Owner is whose import it is: that of the last run.
func (j *Journal) Owner() Owner {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.planned && j.plan.Owner != (Owner{}) {
		return j.plan.Owner
	}
	return j.Header.Owner()
}
