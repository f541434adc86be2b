// Command parley is the whole of Parley in one binary.
package main

import (
	"os"

	"parley/internal/app/cli"
)

func main() { os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
