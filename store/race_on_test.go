//go:build race

package store

// raceEnabled says that the race detector is built in.
const raceEnabled = true
