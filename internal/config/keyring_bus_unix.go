//go:build unix && !darwin

package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// sessionBus tells why there can be no Secret Service. Without this question the D-Bus library would start a bus of its
// own, which has no Secret Service and stays behind.
func sessionBus(lookup Lookup) error {
	if address := nonEmpty(lookup, "DBUS_SESSION_BUS_ADDRESS"); address != "" && address != "autolaunch:" {
		return nil
	}
	folder := fmt.Sprintf("/run/user/%d", os.Getuid())
	for _, name := range []string{"bus", "dbus-session"} {
		if _, err := os.Stat(filepath.Join(folder, name)); err == nil {
			return nil
		}
	}
	return errors.New("there is no D-Bus session here")
}
