package imports

import (
	"io"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
)

// importTemplate is an example file: every column, a name with a comma, and cells that are left out.
const importTemplate = `email,company_name,country_code,currency,industry,locale,timezone
ada@example.com,"Ada & Sons, Inc.",DE,EUR,plumbing,de-DE,Europe/Berlin
grace@example.com,Grace Ltd,GB,GBP,,en-GB,Europe/London
linus@example.org,Linus Oy,FI,,,,
`

func printImportTemplate(env *cli.App) error {
	if _, err := io.WriteString(env.Out, importTemplate); err != nil {
		return &output.WriteError{Err: err}
	}
	return nil
}
