//go:build !race

package bulk

const raceDetector = false
