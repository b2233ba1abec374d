package client

// The fields of the records by their names in JSON, exactly as they are spelled. They are listed rather than found by
// reflection, because decoding bounds the speed of a listing; a test holds them against the struct tags.

func (c *Customer) field(name []byte) any {
	switch string(name) {
	case "active_subscription_count":
		return &c.ActiveSubscriptionCount
	case "company_name":
		return &c.CompanyName
	case "country_code":
		return &c.CountryCode
	case "created_at":
		return &c.CreatedAt
	case "currency":
		return &c.Currency
	case "email":
		return &c.Email
	case "id":
		return &c.ID
	case "instance_count":
		return &c.InstanceCount
	case "latest_subscription_status":
		return &c.LatestSubscriptionStatus
	case "running_instance_count":
		return &c.RunningInstanceCount
	case "subscription_count":
		return &c.SubscriptionCount
	case "timezone":
		return &c.Timezone
	}
	return nil
}

func (c *CustomerDetail) field(name []byte) any {
	switch string(name) {
	case "active_subscription_count":
		return &c.ActiveSubscriptionCount
	case "company_name":
		return &c.CompanyName
	case "country_code":
		return &c.CountryCode
	case "created_at":
		return &c.CreatedAt
	case "currency":
		return &c.Currency
	case "email":
		return &c.Email
	case "id":
		return &c.ID
	case "instance_count":
		return &c.InstanceCount
	case "instances":
		return &c.Instances
	case "latest_subscription_status":
		return &c.LatestSubscriptionStatus
	case "locale":
		return &c.Locale
	case "running_instance_count":
		return &c.RunningInstanceCount
	case "stripe_customer_id":
		return &c.StripeCustomerID
	case "subscription_count":
		return &c.SubscriptionCount
	case "subscriptions":
		return &c.Subscriptions
	case "timezone":
		return &c.Timezone
	case "updated_at":
		return &c.UpdatedAt
	}
	return nil
}

func (c *CreatedCustomer) field(name []byte) any {
	switch string(name) {
	case "company_name":
		return &c.CompanyName
	case "created_at":
		return &c.CreatedAt
	case "email":
		return &c.Email
	case "id":
		return &c.ID
	}
	return nil
}

func (k *KeyContext) field(name []byte) any {
	switch string(name) {
	case "api_key_id":
		return &k.APIKeyID
	case "customer_id":
		return &k.CustomerID
	case "hash_version":
		return &k.HashVersion
	case "needs_reissue":
		return &k.NeedsReissue
	case "rate_limit_per_hour":
		return &k.RateLimitPerHour
	case "rate_limit_per_minute":
		return &k.RateLimitPerMinute
	case "scopes":
		return &k.Scopes
	case "tenant_id":
		return &k.TenantID
	case "user_id":
		return &k.UserID
	}
	return nil
}
