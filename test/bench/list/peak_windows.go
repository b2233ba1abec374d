package main

import "os"

// peakMiB is not measured here.
func peakMiB(*os.ProcessState) float64 { return 0 }
