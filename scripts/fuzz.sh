#!/usr/bin/env bash
# Fuzzes every fuzz test of the tree for a while each (FUZZTIME, 30s by default).
set -euo pipefail
cd "$(dirname "$0")/.."
grep -rl --include='*_test.go' '^func Fuzz' internal | while read -r file; do
	package=./$(dirname "$file")
	grep -oE '^func Fuzz\w+' "$file" | awk '{print $2}' | while read -r name; do
		go test -trimpath -run '^$' -fuzz "^$name\$" -fuzztime "${FUZZTIME:-30s}" "$package"
	done
done
