package configcmd

import (
	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
)

func newProfile(app *cli.App) *cobra.Command {
	c := cli.NewGroup("profile", "Add, choose, list and remove profiles",
		`A profile is a set of settings under a name, such as the address and the key of
a tenant. The profile sandbox is built in and needs nothing else.`,
		`  hydractl config profile list
  hydractl config profile add staging --api-url https://staging.example.com
  hydractl config profile use staging`)
	return app.Fill(c,
		newProfileList,
		newProfileAdd,
		newProfileUse,
		newProfileRemove,
	)
}
