package sandbox

import "net/http"

func writeKinds() []kind {
	post := func(k kind) kind {
		k.method, k.path, k.at = "POST", writePath, before
		return k
	}
	return []kind{
		post(kind{
			name: "late_commit", help: "answers at once, or drops the connection, and commits only later",
			params: []FaultParam{milliseconds("500"), choice("answer", "what the client gets at once", "created", "drop", "504")},
			apply: func(x *exchange, f *Fault) {
				x.r.mode.commitDelay = f.milliseconds()
				switch f.args["answer"] {
				case "drop":
					x.deliver = (*exchange).drop
				case "504":
					x.deliver = func(x *exchange) { x.a = failure(http.StatusGatewayTimeout, "html"); x.send() }
				}
			},
		}),
		post(kind{
			name: "lost_commit", help: "answers that the customer is created, and forgets it",
			apply: func(x *exchange, _ *Fault) { x.r.mode.loseCommit = true },
		}),
		post(kind{
			name: "unique_off", help: "takes a second customer with the same email",
			apply: func(x *exchange, _ *Fault) { x.r.mode.uniqueOff = true },
		}),
		post(kind{
			name: "duplicate_500", help: "answers a duplicate with 500, as a race on the unique index ends",
			apply: func(x *exchange, _ *Fault) { x.r.mode.duplicateCrash = true },
		}),
	}
}

func restartKinds() []kind {
	params := []FaultParam{milliseconds("200"), {Name: "lose", Default: "0", Help: "milliseconds of creates that are forgotten"}}
	return []kind{
		{
			name: "restart", help: "stops all connections at once and listens again after a while; the request is not handled",
			params: params, limit: 1, at: before,
			apply: func(x *exchange, f *Fault) { x.reply(answer{}); x.restart(f) },
		},
		{
			name: "restart_after_commit", help: "the same, when the request is handled and before it is answered",
			params: params, limit: 1, method: "POST", path: writePath, at: afterward,
			apply: (*exchange).restart,
		},
	}
}
