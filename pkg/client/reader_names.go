package client

// fewNames is how many names of an object are compared one by one; more of them go to a map.
const fewNames = 16

// names are those of one object. None may come twice.
type names struct {
	likely uint64 // a bit for every name, which several may share
	few    [fewNames][]byte
	n      int
	many   map[string]bool
}

// add tells whether the name is new.
func (n *names) add(name []byte) bool {
	bit := nameBit(name)
	known := n.likely&bit != 0 && n.has(name)
	n.likely |= bit
	switch {
	case n.n < fewNames:
		n.few[n.n] = name
		n.n++
	case n.many == nil:
		n.many = map[string]bool{string(name): true}
	default:
		n.many[string(name)] = true
	}
	return !known
}

func (n *names) has(name []byte) bool {
	for _, other := range n.few[:n.n] {
		if string(other) == string(name) {
			return true
		}
	}
	return n.many[string(name)]
}

func nameBit(name []byte) uint64 {
	if len(name) == 0 {
		return 1
	}
	return 1 << ((len(name)*7 + int(name[0])*5 + int(name[len(name)-1])*3) % 64)
}
