// Package config finds, reads, checks and writes hydractl's configuration, and settles which value counts.
//
// Every setting is one row of [Definitions]. A value comes from the first of these layers that has it:
// flag, environment, profile, defaults in the file, built in; its [Origin] is kept beside it. The process is
// never asked: the environment comes in as a [Lookup], the home folder as text.
package config
