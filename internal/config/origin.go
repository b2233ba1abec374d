package config

// OriginKind is the layer that a value came from.
type OriginKind string

// The layers, strongest first.
const (
	FromFlag    OriginKind = "flag"
	FromEnv     OriginKind = "env"
	FromProfile OriginKind = "profile"
	FromFile    OriginKind = "file"
	FromDefault OriginKind = "default"
)

// Origin says where a value came from. Name is the flag with its dashes, the variable, or the profile; the two
// other kinds have no name.
type Origin struct {
	Kind OriginKind
	Name string
}

// String gives "flag --output", "env HYDRACTL_OUTPUT", "profile prod", "file" or "default".
func (o Origin) String() string {
	if o.Name == "" {
		return string(o.Kind)
	}
	return string(o.Kind) + " " + o.Name
}
