package server

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/hydracore/hydractl/internal/sandbox/store"
)

// CheckAddr refuses a listen address that other machines can reach, including names that could resolve to one.
func CheckAddr(addr string, allowRemote bool) error {
	host, port, err := net.SplitHostPort(addr)
	if n, bad := strconv.Atoi(port); err != nil || bad != nil || n < 0 || n > 65535 {
		return fmt.Errorf("%w: address: must be HOST:PORT, with a port from 0 to 65535 (got %q)", store.ErrOption, addr)
	}
	if allowRemote || isLoopback(host) {
		return nil
	}
	return fmt.Errorf("%w: address: %q can be reached from other machines, and the key is public: use 127.0.0.1:PORT, "+
		"or --allow-remote", store.ErrOption, addr)
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}

// LocalHost reports whether a Host header names this machine's loopback, by name or address. A web page that reaches the
// port through DNS rebinding has another name in it.
func LocalHost(header string) bool { return isLoopback(hostOnly(header)) }

func hostOnly(hostPort string) string {
	if host, _, err := net.SplitHostPort(hostPort); err == nil {
		return host
	}
	return strings.Trim(hostPort, "[]")
}

// allowHost reports whether a Host header is loopback or the host of the listen address. When that is every address of the
// machine, each IP address is, which no DNS name can pretend to be.
func allowHost(header, listenAddr string) bool {
	host, own := hostOnly(header), hostOnly(listenAddr)
	if isLoopback(host) || strings.EqualFold(host, own) {
		return true
	}
	_, notIP := netip.ParseAddr(host)
	listen, err := netip.ParseAddr(own)
	return notIP == nil && (own == "" || err == nil && listen.IsUnspecified())
}
