#!/bin/sh
# Pins every package of pyproject.toml and package.json with its hash. The files name no address: any mirror serves.
set -eu
cd "$(dirname "$0")/.."
compile() {
    out=$1
    shift
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        "$@" --output-file "$out"
}
compile requirements.txt pyproject.toml --group build
compile requirements-dev.txt pyproject.toml --group dev --constraint requirements.txt
compile requirements-uv.txt --group uv
compile requirements-node.txt --group node
npm install --package-lock-only --ignore-scripts --silent
