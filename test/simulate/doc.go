// Package simulate is a HydraCore and a disk in memory, for tests of packages that must survive what servers, networks and
// machines do.
//
// [Server] implements the API that an import uses. It knows every customer, also those that it has not shown yet, so that
// a test can compare what a run reports with what is so. [Disk] knows which bytes are synced, and [Crash] ends a process
// at a chosen point of either. Nothing here waits but for what a test asks for; with testing/synctest time is virtual.
package simulate
