#!/usr/bin/env bash
# Runs every check and test and ends with a plain count. Each check without
# tests of its own (a linter, say) counts as one.
set -uo pipefail
cd "$(dirname "$0")/.."
export CGO_ENABLED=0
export PATH="$PATH:$(go env GOPATH)/bin"
out=tmp/test
rm -rf "$out" && mkdir -p "$out"
passed=0 failed=0 skipped=0

scripts/setup.sh build test || exit 1

# check NAME COMMAND... runs a command that passes or fails as a whole.
check() {
	local name=$1
	shift
	printf '== %s\n' "$name"
	if "$@" >"$out/$name.log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		tail -n 60 "$out/$name.log"
		printf 'FAILED: %s\n' "$name"
		printf '%s\n' "$name" >>"$out/failed"
	fi
}

# tests NAME COMMAND... runs a command whose last line is "PASSED FAILED SKIPPED".
tests() {
	local name=$1 p=0 f=0 s=0
	shift
	printf '== %s\n' "$name"
	"$@" >"$out/$name.log" 2>&1
	local status=$?
	read -r p f s < <(tail -n 1 "$out/$name.log" | grep -E '^[0-9]+ [0-9]+ [0-9]+$' || echo "0 1 0")
	if [ "$status" != 0 ] && [ "$f" = 0 ]; then f=1; fi
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	printf '%s passed, %s failed, %s skipped\n' "$p" "$f" "$s"
	grep '^unsteady: ' "$out/$name.log"
	if [ "$f" != 0 ]; then
		grep '^failed: ' "$out/$name.log" | cut -d' ' -f2- >>"$out/failed" || printf '%s\n' "$name" >>"$out/failed"
		head -n -1 "$out/$name.log" | tail -n 150
		printf 'FAILED: %s\n' "$name"
	fi
}

go_tests() { go test -trimpath -json ./... | node scripts/count.mjs go; }
web_tests() { (cd web && npx vitest run --reporter=json) | node scripts/count.mjs vitest; }
browser_tests() { node scripts/browser.mjs; }

check build make --no-print-directory build
check go-lint golangci-lint run --allow-parallel-runners ./...
check web-lint npm --prefix web run check
check generated scripts/generated.sh
tests go go_tests
tests web web_tests
tests browser browser_tests

if [ -s "$out/failed" ]; then printf '\nFailed:\n' && sort -u "$out/failed"; fi
printf '\n%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ]
