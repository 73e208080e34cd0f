package worker

import (
	"fmt"
	"strings"

	"entsoed/entsoe"
	"entsoed/jobs"
	"entsoed/store"
)

// announce writes the first lines of the log: where the data comes from, what
// is collected, where it goes and how to look at it.
func (p *process) announce(selected jobs.Selection) {
	if p.Source.Kind == store.SourceSimulated {
		p.Log.Warn("SIMULATED DATA: the values are made up by the bundled simulator. Set ENTSOE_API_TOKEN to collect real ones",
			"source", p.Source.Kind, "url", p.Source.URL)
	} else {
		p.Log.Info("collecting from the ENTSO-E Transparency Platform", "source", p.Source.Kind, "url", p.Source.URL)
	}
	budget := float64(p.PerMinute * 60)
	p.Log.Info("what is collected", "ENTSOE_ITEMS", setting(p.Collect.Items), "ENTSOE_AREAS", setting(p.Collect.Areas),
		"items", len(selected.Items), "areas", len(selected.Areas), "feeds", len(selected.Feeds),
		"publish", selected.Known.Publish, "silent", selected.Known.Silent, "unknown", selected.Known.Unknown, "since", p.Collect.Since,
		"requests_per_hour", int(selected.Rate), "of", int(budget), "share", fmt.Sprintf("%.0f%%", 100*selected.Rate/budget))
	at := p.data.Pool.Config().ConnConfig
	p.Log.Info("where it goes", "database", at.Database, "host", at.Host, "port", at.Port, "look", p.look(inOrder(selected.Items)[0].Name))
	if !p.Worker.SchedulerEnabled {
		p.Log.Info("this process only works jobs; another must have SCHEDULER_ENABLED=true")
	}
}

// setting writes a list as in the settings, its tail cut where it is long.
func setting(names []string) string {
	const most = 12
	if len(names) <= most {
		return strings.Join(names, ",")
	}
	return fmt.Sprintf("%s ... (%d)", strings.Join(names[:most], ","), len(names))
}

// composeHost is the database's name in docker-compose.yml.
const composeHost = "timescaledb"

// look is the command that shows the latest rows of an item. It holds no
// password: psql asks for it, or finds it where it looks for passwords.
func (p *process) look(item string) string {
	rows := "entsoe." + item
	if known, ok := entsoe.ItemByName(item); ok && known.View.Best {
		// What competes comes at least every hour. Years of it need not be read for ten rows.
		rows += "_best where at >= entsoe.clock() - interval '1 day'"
	}
	at := p.data.Pool.Config().ConnConfig
	connection := fmt.Sprintf("-h %s -p %d -U %s -d %s", at.Host, at.Port, at.User, at.Database)
	psql := "psql "
	if at.Host == composeHost {
		psql = "docker compose exec timescaledb psql "
		connection = fmt.Sprintf("-U %s -d %s", at.User, at.Database)
	}
	return psql + connection + " -c " + strings.ReplaceAll(`"select * from ROWS order by at desc limit 10"`, "ROWS", rows)
}
