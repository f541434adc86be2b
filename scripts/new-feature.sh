#!/usr/bin/env bash
# Writes the two folders and the page of a new feature and says what is left.
# usage: scripts/new-feature.sh NAME
set -euo pipefail
cd "$(dirname "$0")/.."
name=${1:?usage: make new feature=NAME}
[[ $name =~ ^[a-z][a-z0-9]*$ ]] || { echo "a feature is one lower-case word, not $name" >&2; exit 2; }
[ ! -e "internal/feature/$name" ] || { echo "there is a feature $name already" >&2; exit 2; }
title=${name^}

mkdir -p "internal/feature/$name" "web/src/features/$name"
cat >"internal/feature/$name/$name.go" <<GO
// Package $name is ... (what it is for, and what it is not).
package $name

import "parley/internal/feature"

// Service is the feature.
type Service struct{}

// New returns the feature.
func New() *Service { return &Service{} }

// Spec describes the feature.
func (s *Service) Spec() feature.Spec { return feature.Spec{Name: "$name"} }
GO
cat >"web/src/features/$name/${title}Panel.tsx" <<TSX
/** What the feature $name shows. */
export function ${title}Panel() {
  return <section />;
}
TSX
printf '# %s\n\n' "$title" >"docs/features/$name.md"
echo "Now add $name.New().Spec() to specs() in internal/app/app.go, and the panel where the web app shows it."
