// Libraries does nothing but link what hydractl is built on: what its start costs that no code of hydractl's can save.
package main

import (
	"fmt"

	_ "net/http"
	_ "text/template/parse"

	_ "charm.land/bubbletea/v2"
	_ "github.com/go-json-experiment/json"
	_ "github.com/go-resty/resty/v2"
	_ "github.com/itchyny/gojq"
	_ "github.com/jedib0t/go-pretty/v6/table"
	_ "github.com/spf13/cobra"
	_ "github.com/spf13/viper"
	_ "github.com/zalando/go-keyring"
	_ "go.yaml.in/yaml/v3"
	_ "golang.org/x/net/idna"
	_ "golang.org/x/text/currency"
	_ "golang.org/x/text/encoding/charmap"
	_ "golang.org/x/text/language"
	_ "modernc.org/sqlite"
)

func main() { fmt.Println("hello, world") }
