package web

import (
	"net/http"
	"net/netip"
	"testing"
)

func TestWhoIsBehindAProxy(t *testing.T) {
	from := From([]netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8")})
	for _, c := range []struct {
		remote string
		header []string
		want   string
	}{
		{"192.0.2.1:4", nil, "192.0.2.1:4"},
		{"192.0.2.1:4", []string{"198.51.100.1"}, "192.0.2.1:4"}, // anybody can write this
		{"127.0.0.1:4", []string{"198.51.100.1"}, "198.51.100.1"},
		{"[::ffff:127.0.0.1]:4", []string{"198.51.100.1"}, "198.51.100.1"},
		{"127.0.0.1:4", []string{"6.6.6.6, 198.51.100.1"}, "198.51.100.1"},
		{"127.0.0.1:4", []string{"6.6.6.6", "198.51.100.1, 10.1.2.3"}, "198.51.100.1"},
		{"127.0.0.1:4", []string{"198.51.100.1:99"}, "198.51.100.1"},
		{"127.0.0.1:4", []string{"[2001:db8::1]:99"}, "2001:db8::1"},
		{"127.0.0.1:4", []string{"2001:db8::1%eth0"}, "2001:db8::1"},
		{"127.0.0.1:4", nil, "127.0.0.1"},
		{"127.0.0.1:4", []string{"unknown"}, "127.0.0.1"},
		{"127.0.0.1:4", []string{"6.6.6.6, \x1b[31m, 10.1.2.3"}, "10.1.2.3"},
		{"127.0.0.1:4", []string{"10.9.9.9"}, "10.9.9.9"},
		{"@", []string{"198.51.100.1"}, "@"},
	} {
		r := &http.Request{RemoteAddr: c.remote, Header: http.Header{"X-Forwarded-For": c.header}}
		if got := from(r); got != c.want {
			t.Errorf("%s %q: %s, want %s", c.remote, c.header, got, c.want)
		}
	}
}
