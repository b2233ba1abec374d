package sandbox

import (
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
)

// pageKind changes the answer to a list.
func pageKind(name, help string, change func(page *object, f *Fault, r *request), params ...FaultParam) kind {
	return kind{
		name: name, help: help, params: params, method: "GET", path: listPath, at: afterward,
		apply: func(x *exchange, f *Fault) {
			if x.a.status == http.StatusOK {
				x.a.edit(func(o *object) { change(o, f, x.r) })
			}
		},
	}
}

// chooseKind changes which customers a list chooses.
func chooseKind(name, help string, change func(w *pageWish, f *Fault), params ...FaultParam) kind {
	return kind{
		name: name, help: help, params: params, method: "GET", path: listPath, at: before,
		apply: func(x *exchange, f *Fault) {
			next := x.r.mode.choose
			x.r.mode.choose = func(w *pageWish) {
				if next != nil {
					next(w)
				}
				change(w, f)
			}
		},
	}
}

func listKinds() []kind {
	count := func(byDefault string) FaultParam { return FaultParam{Name: "n", Default: byDefault, Help: "how many"} }
	return append([]kind{
		chooseKind("repeat_page", "every page is the first one", func(w *pageWish, _ *Fault) { w.offset = 0 }),
		chooseKind("overlap_pages", "a page begins with the last rows of the one before",
			func(w *pageWish, f *Fault) { w.offset = max(0, w.offset-f.number("n")) }, count("1")),
		chooseKind("skip_rows", "a page leaves out the rows at its start",
			func(w *pageWish, f *Fault) { w.offset += f.number("n") }, count("1")),
		chooseKind("extra_rows", "more rows than per_page", func(w *pageWish, f *Fault) { w.limit += f.number("n") }, count("1")),
		chooseKind("empty_page", "a page without rows", func(w *pageWish, _ *Fault) { w.limit = 0 }),
		chooseKind("short_page", "a page that is shorter than it could be",
			func(w *pageWish, f *Fault) { w.limit = max(0, w.limit-f.number("n")) }, count("1")),
		chooseKind("random_ties", "rows with equal keys in another order every time",
			func(w *pageWish, _ *Fault) { w.ties = rand.Uint64() | 1 }),
		chooseKind("search_ignored", "search finds everybody", func(w *pageWish, _ *Fault) { w.search = "" }),
		chooseKind("search_exact", "search finds whole addresses only", func(w *pageWish, _ *Fault) { w.exact = true }),
		chooseKind("search_cased", "search minds capitals", func(w *pageWish, _ *Fault) { w.cased = true }),
		pageKind("reorder_page", "the rows of a page in another order", func(o *object, _ *Fault, r *request) {
			if list, is := o.values["customers"].([]any); is {
				g := rand.New(rand.NewPCG(contentOf(r), uint64(r.attempt)))
				g.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			}
		}),
		pageKind("lying_total", "a wrong total", func(o *object, f *Fault, r *request) {
			o.replace("total", oddTotal(o.values["total"], f.args["value"], r.attempt))
		}, choice("value", "which", "zero", "negative", "huge", "less", "more", "text", "null")),
		pageKind("lying_pages", "a wrong total_pages", func(o *object, f *Fault, r *request) {
			o.replace("total_pages", oddTotal(o.values["total_pages"], f.args["value"], r.attempt))
		}, choice("value", "which", "one", "zero", "negative", "huge", "less", "more", "text", "null")),
		pageKind("wrong_echo", "page and per_page are not those that were asked for", func(o *object, _ *Fault, _ *request) {
			o.replace("page", integer("1"))
			o.replace("per_page", integer("20"))
		}),
		pageKind("null_list", "null in place of the rows", func(o *object, _ *Fault, _ *request) { o.replace("customers", nil) }),
	}, driftKinds(count)...)
}

// driftKinds change the customers while somebody pages through them.
func driftKinds(count func(string) FaultParam) []kind {
	return []kind{
		{
			name: "insert_between_pages", help: "after a page, new customers appear",
			params: []FaultParam{count("1"), {Name: "age", Default: "0", Help: "seconds by which their created_at lies back"}},
			method: "GET", path: listPath, at: afterward, apply: func(x *exchange, f *Fault) { x.insertRows(f) },
		},
		{
			name: "delete_between_pages", help: "after a page, some customers are gone", params: []FaultParam{count("1")},
			method: "GET", path: listPath, at: afterward, apply: func(x *exchange, f *Fault) { x.deleteRows(f) },
		},
		{
			name: "read_lag", help: "reads do not see what was written in the last moments", params: []FaultParam{milliseconds("2000")},
			method: "GET", path: writePath, at: before,
			apply: func(x *exchange, f *Fault) { x.r.mode.lag = f.milliseconds() },
		},
	}
}

func oddTotal(truth any, value string, attempt int64) any {
	n, _ := truth.(integer)
	total, _ := strconv.ParseInt(string(n), 10, 64)
	switch value {
	case "one":
		total = 1
	case "zero":
		total = 0
	case "negative":
		total = -1
	case "huge":
		return integer("1" + strconv.Itoa(math.MaxInt64) + "0")
	case "less":
		total = max(0, total-attempt)
	case "more":
		total += 100
	case "text":
		return string(n)
	case "null":
		return nil
	}
	return integer(strconv.FormatInt(total, 10))
}
