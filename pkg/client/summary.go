package client

// Summary gives the fields that a list row has too.
func (c *CustomerDetail) Summary() Customer {
	return Customer{
		ActiveSubscriptionCount: c.ActiveSubscriptionCount, CompanyName: c.CompanyName, CountryCode: c.CountryCode,
		CreatedAt: c.CreatedAt, Currency: c.Currency, Email: c.Email, ID: c.ID, InstanceCount: c.InstanceCount,
		LatestSubscriptionStatus: c.LatestSubscriptionStatus, RunningInstanceCount: c.RunningInstanceCount,
		SubscriptionCount: c.SubscriptionCount, Timezone: c.Timezone,
	}
}
