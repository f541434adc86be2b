#!/usr/bin/env bash
# Fails if what is generated is not what would be generated now.
set -euo pipefail
cd "$(dirname "$0")/.."
go run -trimpath ./internal/app/gen --check
make --no-print-directory -s web/codegen/node_modules/.package-lock.json
node web/codegen/generate.mjs --check
node scripts/notices.mjs --check
