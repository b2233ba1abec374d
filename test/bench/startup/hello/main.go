// Hello is the least a Go program can do: the yardstick for the start-up time of hydractl.
package main

import "fmt"

func main() { fmt.Println("hello, world") }
