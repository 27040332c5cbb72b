#!/usr/bin/env bash
# Makes an image from Debian's packages that stands in for the Dockerfile's BASE where no registry can be reached. It needs
# root, buildah and mmdebstrap.
#
#   scripts/container_base.sh [NAME]        NAME of the image (default: localhost/python-of-debian)
set -euo pipefail

name=${1:-localhost/python-of-debian}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mmdebstrap --quiet --variant=apt --include=python3,python3-pip,python3-venv,binutils,ca-certificates \
    "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$work/root.tar"
printf 'FROM scratch\nADD root.tar /\n' > "$work/Dockerfile"
buildah --storage-driver vfs build --isolation chroot --quiet --tag "$name" "$work"
