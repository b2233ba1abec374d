package cli

import "io/fs"

// noFollow is not known to Windows, where making a symbolic link takes a privilege.
const noFollow = 0

// private is left to the folder's access list, which a new file inherits.
func Private(fs.FileInfo) bool { return true }
