//go:build race

package bulk

const raceDetector = true
