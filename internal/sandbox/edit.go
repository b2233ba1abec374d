package sandbox

import "slices"

// edit changes the JSON object that an answer holds; an answer without one stays as it is.
func (a *answer) edit(change func(*object)) {
	value, err := parseJSON(a.body)
	o, is := value.(*object)
	if err != nil || !is {
		return
	}
	change(o)
	w := jsonText{}
	w.any(o)
	a.body = w.buf
}

// editRecords changes every customer in an answer: those of a list, or the one that it is.
func (a *answer) editRecords(change func(record *object)) {
	a.edit(func(o *object) {
		list, isList := o.values["customers"].([]any)
		if !isList {
			if _, is := o.values["id"]; is {
				change(o)
			}
			return
		}
		for _, record := range list {
			if r, is := record.(*object); is {
				change(r)
			}
		}
	})
}

func (o *object) remove(key string) {
	delete(o.values, key)
	o.keys = slices.DeleteFunc(o.keys, func(k string) bool { return k == key })
}

// replace changes a value that is there.
func (o *object) replace(key string, value any) {
	if _, there := o.values[key]; there {
		o.values[key] = value
	}
}
