package setup

import "io/fs"

// Migrations makes the table of the setup link.
func Migrations() fs.FS { return migrations }
