package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

const (
	mebibyte = 1 << 20
	megabyte = 1_000_000
	// starts is how often the server is started; the median counts.
	starts = 5
	// settleTime is how long a server is left alone before its memory is read.
	settleTime = 3 * time.Second
)

// measureStart tells how soon a server is healthy on a database that exists,
// how large its binary is and what memory it holds while nothing happens.
func (b *bench) measureStart(ctx context.Context) ([]Row, error) {
	binary, err := os.Stat(b.binary)
	if err != nil {
		return nil, fmt.Errorf("size of the binary: %w", err)
	}
	rows := []Row{most("size of the binary", float64(binary.Size())/megabyte, 75, "MB")}
	parley, err := install(ctx, b.stage)
	if err != nil {
		return rows, err
	}
	var healthy []float64
	var idle int64
	// The first start is the one that finds the database new.
	for number := range starts + 1 {
		server, err := parley.serve(ctx)
		if err != nil {
			return rows, err
		}
		if number > 0 {
			healthy = append(healthy, millis(server.healthy))
		}
		if number == starts {
			pause(ctx, settleTime)
			idle, err = memory(server.pid(), "VmRSS")
		}
		if err = errors.Join(err, server.end()); err != nil {
			return rows, err
		}
	}
	return append(rows,
		most("start to healthy, on an existing database", median(healthy), 300, "ms"),
		most("idle RSS", float64(idle)/mebibyte, 80, "MiB")), nil
}
