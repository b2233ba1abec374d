package doctor

// freeSpace is not known on Windows.
func freeSpace(string) (bytes uint64, known bool) { return 0, false }
