#!/usr/bin/env bash
# Builds the image of this checkout, with docker, podman or buildah, whichever is here.
#
#   scripts/build_image.sh                                     the whole mock, as pacsimile:VERSION
#   scripts/build_image.sh --tag registry.example/pacsimile:1  under another name
#   scripts/build_image.sh --build-arg BASE=registry.example/python:3.13     see docs/containers.md for the arguments
#
# BUILDER names the program (docker, podman, buildah), with options of its own if needed.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' spec/pacsimile_spec/version.py)
if [ -z "${BUILDER:-}" ]; then
    for BUILDER in docker podman buildah ''; do command -v "$BUILDER" > /dev/null && break; done
    [ -n "$BUILDER" ] || { echo "$(basename "$0"): install docker, podman or buildah" >&2; exit 2; }
fi
# podman and buildah write a health check only into images of Docker's format.
format=()
case $BUILDER in *podman* | *buildah*) format=(--format docker) ;; esac
# shellcheck disable=SC2086  # BUILDER may have options
exec $BUILDER build "${format[@]}" --tag "pacsimile:$version" --label "org.opencontainers.image.version=$version" "$@" .
