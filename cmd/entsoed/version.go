package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is what the linker was given (-X main.version=...), or empty.
var version string

// build says which program this is.
type build struct {
	Version  string `json:"version"`            // as released, or "dev"
	Revision string `json:"revision,omitempty"` // of the repository
	Modified bool   `json:"modified,omitempty"` // the tree had uncommitted changes
	Built    string `json:"built,omitempty"`    // time of the revision, RFC 3339
	Go       string `json:"go"`                 // of the compiler
}

// thisBuild reads what linker and compiler wrote into the binary.
func thisBuild() build {
	v := build{Version: version}
	info, ok := debug.ReadBuildInfo()
	if ok {
		v.Go = info.GoVersion
	}
	if ok && v.Version == "" && info.Main.Version != "(devel)" {
		v.Version = info.Main.Version
	}
	if v.Version == "" {
		v.Version = "dev"
	}
	if !ok {
		return v
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			v.Revision = setting.Value
		case "vcs.modified":
			v.Modified = setting.Value == "true"
		case "vcs.time":
			v.Built = setting.Value
		}
	}
	return v
}

func versionCommand(env environment) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the version of entsoed",
		Example: "  entsoed version\n  entsoed version --json",
		Args:    arguments(0, 0),
		RunE: func(*cobra.Command, []string) error {
			v := thisBuild()
			if asJSON {
				return printJSON(env.Stdout, v)
			}
			fmt.Fprintln(env.Stdout, "entsoed", v.Version)
			revision := v.Revision
			if v.Modified {
				revision += " (modified)"
			}
			return details(env.Stdout, [][2]string{{"revision", revision}, {"of", v.Built}, {"go", v.Go}})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
