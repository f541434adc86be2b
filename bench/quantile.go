package main

import (
	"math"
	"slices"
	"time"
)

// Quantiles sum up many durations, in milliseconds.
type Quantiles struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

// quantiles sorts the durations and sums them up; without any it is all zero.
func quantiles(all []time.Duration) Quantiles {
	if len(all) == 0 {
		return Quantiles{}
	}
	slices.Sort(all)
	at := func(share float64) float64 {
		return millis(all[max(0, int(math.Ceil(share*float64(len(all))))-1)])
	}
	return Quantiles{P50: at(0.50), P99: at(0.99), Max: at(1)}
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// median returns the middle of the values, the mean of two for an even number.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
