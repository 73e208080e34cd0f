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

# One package at a time: some of them fill a small machine with processes.
# All that must hold before a change lands: lint, every test, and all but the longest with the race detector
check: lint
    go test -p 1 -timeout 30m ./...
    go test -p 1 -race -short -timeout 20m ./...

# Format, vet, staticcheck and the rules of the house
lint:
    #!/usr/bin/env bash
    set -euo pipefail
    unformatted=$(gofmt -l .)
    if [ -n "$unformatted" ]; then
        echo "gofmt -w these files:" $unformatted >&2
        exit 1
    fi
    go vet ./...
    go tool staticcheck ./...
    go test -run '^TestHouse' .

# The short form of check, as the pre-commit hook runs it
quick: lint
    go test -short ./entsoe/... ./timeseries/... ./jobs/...

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

# Write docs/data.md and docs/settings.md, which tests keep true
docs:
    go test ./cmd/entsoed -run '^(TestEveryItem|TestSettingsPage)$' -update

# Answer like the platform on 127.0.0.1:8080
simulate *args:
    go run ./cmd/entsoed simulate "$@"

# Bring the schema of the bundled database up to date
migrate:
    docker compose run --rm migrate

# Let git run "just quick" before every commit
hooks:
    git config core.hooksPath .githooks
