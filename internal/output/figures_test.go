package output

import (
	"testing"
	"time"
)

func TestNumber_Separators(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 12345: "12,345", 999999: "999,999", 1000000: "1,000,000", -5: "-5", -123: "-123", -1234: "-1,234",
	} {
		if got := Number(n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestDuration_Units(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0s", 250 * time.Millisecond: "250ms", 8400 * time.Millisecond: "8.4s", time.Minute: "1m", 127 * time.Second: "2m 7s",
		time.Hour: "1h", 65 * time.Minute: "1h 5m", time.Hour + 5*time.Second: "1h 5s", 26*time.Hour + 3*time.Minute + 1500*time.Millisecond: "26h 3m 1.5s",
	} {
		if got := Duration(d); got != want {
			t.Errorf("Duration(%v) = %q, want %q", d, got, want)
		}
	}
}
