package doctor

import "io/fs"

// looseFile is left to the access lists of Windows, which a user's own folders have.
func looseFile(string, fs.FileInfo) *permissionProblem { return nil }

func looseFolder(string, fs.FileInfo) *permissionProblem { return nil }

// freeSpace is not looked up on Windows.
func freeSpace(string) (bytes uint64, known bool) { return 0, false }
