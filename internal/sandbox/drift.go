package sandbox

import (
	"database/sql"
	"fmt"
)

// faultRequest is the request id of customers that a fault made.
const faultRequest = "fault"

// insertRows makes customers appear behind the back of a client that pages.
func (x *exchange) insertRows(f *Fault) {
	by := faultRequest
	at := x.s.now().UnixMicro() - f.number("age")*1e6
	for range f.number("n") {
		id := newUUID()
		email, name := fmt.Sprintf("between-%s@example.com", id), "Between Pages Ltd"
		x.check(x.s.store.create(&customer{
			tenant: x.r.caller.tenant, id: id, email: &email, companyName: &name, createdAt: at, updatedAt: at,
			subscriptions: "[]", instances: "[]", requestID: &by,
		}, x.s.now().UnixMicro(), true))
	}
}

// deleteRows makes the oldest customers disappear.
func (x *exchange) deleteRows(f *Fault) {
	x.check(x.s.store.delete("DELETE FROM customer WHERE tenant=? AND no IN (SELECT no FROM customer WHERE tenant=? ORDER BY created_at, no LIMIT ?)",
		x.r.caller.tenant, x.r.caller.tenant, f.number("n")))
}

// restart forgets the last creates if it must, cuts every connection, and listens again. It takes the place of the answer.
func (x *exchange) restart(f *Fault) {
	x.deliver = func(x *exchange) {
		if lose := f.number("lose"); lose > 0 {
			x.check(x.s.store.delete("DELETE FROM customer WHERE request_id IS NOT NULL AND committed_at>?", x.s.now().UnixMicro()-lose*1000))
		}
		x.s.listening.pause(func() { x.s.wait(f.milliseconds()) })
		x.drop()
	}
}

func (x *exchange) check(err error) {
	if err != nil {
		x.s.log.Error("sandbox: fault failed", "request", x.r.id, "error", err)
	}
}

// delete removes customers, which the API cannot, and tells every roll to start anew.
func (s *store) delete(statement string, args ...any) error {
	return s.inTx(func(tx *sql.Tx) error {
		if _, err := tx.Exec(statement, args...); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE tenant SET epoch=epoch+1")
		return err
	})
}

// emailTaken tells whether another customer of the tenant has this email.
func (s *store) emailTaken(c *customer) (taken bool, err error) {
	if c.email == nil {
		return false, nil
	}
	st, err := s.stmt("SELECT EXISTS(SELECT 1 FROM customer WHERE tenant=? AND email_unique=?)")
	if err != nil {
		return false, err
	}
	err = st.QueryRow(c.tenant, fold(*c.email)).Scan(&taken)
	return taken, err
}
