#!/usr/bin/env bash
# Installs what building and testing Parley need. Arguments name what for:
# build (the web app's packages), lint, postgres, browser, test (the last three).
set -euo pipefail
cd "$(dirname "$0")/.."

GOLANGCI_VERSION=v2.15.0

say() { printf 'setup: %s\n' "$*" >&2; }

# packages NAME... installs Debian packages, or says how to.
packages() {
	if [ "$(id -u)" != 0 ]; then
		say "install what is missing with: sudo apt-get install -y $*"
		exit 1
	fi
	say "installing $*"
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
}

need_build() {
	command -v go >/dev/null || { say "Go 1.26 or newer is missing: https://go.dev/dl"; exit 1; }
	command -v npm >/dev/null || { say "Node 20.19 or newer is missing: https://nodejs.org"; exit 1; }
	make --no-print-directory -s web/node_modules/.package-lock.json
}

need_lint() {
	local have
	have=$(golangci-lint version --short 2>/dev/null || true)
	if [ "v${have#v}" != "$GOLANGCI_VERSION" ]; then
		say "building golangci-lint $GOLANGCI_VERSION"
		CGO_ENABLED=0 go install -trimpath "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$GOLANGCI_VERSION"
	fi
}

need_postgres() {
	compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || packages postgresql
}

need_browser() {
	[ -x /usr/bin/chromium ] || packages chromium
}

for what in "$@"; do
	case $what in
	build | lint | postgres | browser) "need_$what" ;;
	test) need_lint; need_postgres; need_browser ;;
	*) say "unknown: $what"; exit 2 ;;
	esac
done
