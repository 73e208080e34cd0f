# What a developer does here. "just" alone lists it.

set positional-arguments

image := "entsoed"

[private]
default:
    @just --list --unsorted

# Collect in the foreground: database, migration, simulator and worker
up *args:
    docker compose up "$@" worker

# Stop and remove the containers; the data and the logs stay
down *args:
    docker compose down "$@"

# Open psql in the bundled database: "entsoed_simulated", or "entsoed" with a token
psql database="entsoed_simulated" *args:
    shift; docker compose exec timescaledb psql --username entsoed --dbname {{ database }} "$@"

# Build the binary for this machine
build:
    CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$(git describe --always --dirty)" -o entsoed ./cmd/entsoed

# Build the image
image:
    docker build --build-arg VERSION="$(git describe --always --dirty)" --tag {{ image }} .

# Run the tests, all or those named ("just test ./store -run Save")
test *args:
    go test {{ if args == "" { "./..." } else { '"$@"' } }}

# Every test runs once, two packages at a time, since they wait more than they work: on processes, budgets and silence.
# Those of packages whose goroutines share something run with the race detector, but for the longest, which are about values.
# All that must hold before a change lands: lint, and every test, those of concurrent code with the race detector
check: static
    go test -p 2 -timeout 25m $(go list ./... | grep -vE '^entsoed/({{ replace(concurrent, ' ', '|') }})$')
    go test -p 2 -timeout 25m -run '{{ values }}' $(printf './%s ' {{ concurrent }})
    go test -p 2 -timeout 25m -race -skip '{{ values }}' $(printf './%s ' {{ concurrent }})
    go test -race ./entsoe/client
    go test -race -run 'AtOnce|Hold|Requests|Ban|Faults$|Clock$' ./entsoe/simulator

# Packages whose goroutines share something, and of these the tests that take long and show nothing about goroutines that others do not
concurrent := 'jobs store store/queue worker'
values := 'Propert(y|ies)$|DryRun|OrderOfWindows|QueueStaysSmall|OverlappingBackfills|Flipped|StoppedWeek|SimulatedWeek|GivesTheSame|PagesOf(Curves|Lists)|LatePublication|BeginsLate|FinerParameters|UnnamedLimit|ByKinds|AreWhatWasAsked|NineDaysAway'

# Format, vet, staticcheck and the rules of the house
lint: static
    go test -run '^TestHouse' .

[private]
static:
    #!/usr/bin/env bash
    set -euo pipefail
    unformatted=$(gofmt -l .)
    if [ -n "$unformatted" ]; then
        echo "gofmt -w these files:" $unformatted >&2
        exit 1
    fi
    go vet ./...
    go tool staticcheck ./...

# Lint, and the tests that need neither a database nor the binary, as the pre-commit hook runs it
quick: static
    go test -short ./...

# Prove endurance, which takes an hour: dozens of killed workers, five minutes of two workers, a simulated week
torture:
    ENTSOED_LONG_TESTS=1 go test -p 1 -count=1 -v -timeout 60m -run '{{ endurance }}' ./cmd/entsoed ./jobs ./worker ./entsoe/simulator

# Tests that have a long form besides the one that "just check" runs
endurance := '^Test(Dump|Crash|PausedWorker|KilledBackfill|TwoWorkers|OneOfTwoWorkersKilled|SimulatedWeek|StoppedWeek|AnySplitGivesTheSame|AnyOrderGivesTheSame|OverlappingBackfills|NineDaysAway|Killer|Memory|EveryCandidateFeed|PublicationKeepsTheTimetable|WhatIsMeantIsWritten)$'

# Run the benchmarks, all or those of one package
bench package="./...":
    go test -run '^$' -bench . -benchmem {{ package }}

# Fuzz every decoder for a while ("just fuzz 10m" for ten minutes each)
fuzz time="30s":
    #!/usr/bin/env bash
    set -euo pipefail
    grep -rEo --include='*_test.go' '^func Fuzz\w+' . | sed -E 's,/[^/]+:func , ,' | sort | while read -r package target; do
        go test -run '^$' -fuzz "^$target\$" -fuzztime {{ time }} "$package"
    done

# Write docs/data.md, docs/settings.md and the results in docs/analysis.md, which tests keep true
docs:
    go test ./cmd/entsoed -run '^Test(EveryItem|SettingsPage|AnalysisPage)$' -update

# Answer like the platform on 127.0.0.1:8080
simulate *args:
    go run ./cmd/entsoed simulate "$@"

# Bring the schema of the bundled database up to date
migrate:
    docker compose run --rm migrate

# Let git run "just quick" before every commit
hooks:
    git config core.hooksPath .githooks
