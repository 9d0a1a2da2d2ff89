package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// From answers where a request comes from: its connection, or where that is a
// proxy of ours, whom the proxy names. A header of anybody else is believed
// nothing: failures are counted by what this answers.
func From(proxies []netip.Prefix) func(*http.Request) string {
	ours := func(at string) bool {
		ip, err := netip.ParseAddr(at)
		return err == nil && slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) })
	}
	return func(r *http.Request) string {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil || !ours(host) {
			return r.RemoteAddr
		}
		// Each proxy writes at the end whom it was called by.
		named := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for _, name := range slices.Backward(named) {
			at := address(strings.TrimSpace(name))
			if at == "" {
				break // what stands before it is no better
			}
			if host = at; !ours(at) {
				break
			}
		}
		return host
	}
}

// address is a name in the header as an address: some proxies write a port to it.
// Empty where it is none.
func address(name string) string {
	if at, err := netip.ParseAddrPort(name); err == nil {
		return at.Addr().Unmap().WithZone("").String()
	}
	if at, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		return at.Unmap().WithZone("").String()
	}
	return ""
}
