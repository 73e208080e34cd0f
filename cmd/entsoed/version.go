package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version tells which program this is.
type version struct {
	Version  string `json:"version"`            // of the module, or "devel"
	Revision string `json:"revision,omitempty"` // of the repository
	Modified bool   `json:"modified,omitempty"` // the tree had uncommitted changes
	Built    string `json:"built,omitempty"`    // time of the revision, RFC 3339
	Go       string `json:"go"`                 // of the compiler
}

// buildVersion reads what the compiler wrote into the binary.
func buildVersion() version {
	v := version{Version: "devel"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v.Go = info.GoVersion
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		v.Version = info.Main.Version
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
			v := buildVersion()
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
