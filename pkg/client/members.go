package client

import (
	"encoding/json"
)

// Member is a member of a JSON object.
type Member struct {
	Name  string
	Value json.RawMessage // as it was written
}

// Members takes a JSON object apart, in its own order and without a change to the values. It fails for anything but
// one object.
func Members(object []byte) ([]Member, error) {
	var members []Member
	err := readAlone(object, func(r *reader) error {
		return r.object(func(name []byte) error {
			m, err := r.member(name)
			members = append(members, m)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return members, nil
}

func (r *reader) member(name []byte) (Member, error) {
	value, err := r.value()
	return Member{Name: string(name), Value: json.RawMessage(value)}, err
}
