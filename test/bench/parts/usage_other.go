//go:build !unix

package parts

import (
	"os"
	"time"
)

// CPUTime is not measured here.
func CPUTime() time.Duration { return 0 }

// PeakMiB is not measured here.
func PeakMiB() float64 { return 0 }

// PeakMiBOf is not measured here.
func PeakMiBOf(*os.ProcessState) float64 { return 0 }
