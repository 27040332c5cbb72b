#!/usr/bin/env bash
# Builds the image on stand-ins and runs it, and all of compose.yaml, with podman. Called by check_container.sh --image, as
# root; FOLDER has the snippet of the page, and its tools are on the path. Twenty minutes.
#
#   scripts/check_container/image.sh FOLDER
set -euo pipefail

work=$1
here=scripts/check_container
hard() { echo "$1=$(ulimit "-S$2"):$(ulimit "-H$2")"; }  # limits of this machine, which a container may not exceed
limits=("$(hard nofile n)" "$(hard nproc u)")
export PODMAN_IGNORE_CGROUPSV1_WARNING=1 CONTAINERS_CONF_OVERRIDE=$work/containers.conf CONTAINERS_STORAGE_CONF=$work/storage.conf
printf '[engine]\nruntime = "runc"\n[containers]\ndefault_ulimits = ["%s", "%s"]\n' "${limits[@]}" > "$CONTAINERS_CONF_OVERRIDE"
printf '[storage]\ndriver = "vfs"\ngraphroot = "%s"\nrunroot = "%s"\n' \
    "$PWD/build/containers" "$work/running" > "$CONTAINERS_STORAGE_CONF"  # the stand-ins stay for the next time

fail() { echo "check_container: $*" >&2; exit 1; }
size() {  # of an image as a registry sends it, in MB
    podman save --quiet --format docker-archive "$1" | gzip | wc -c | awk '{ printf "%d", $1 / 1e6 }'
}

for name in python nginx postgres; do
    podman image exists "localhost/$name-of-debian" || "$here/base_image.sh" "$name" > /dev/null
done
build=(scripts/build_image.sh --isolation chroot --quiet --volume /etc/ssl/certs:/etc/ssl/certs:ro
    --ulimit "${limits[0]}" --ulimit "${limits[1]}" --build-arg BASE=localhost/python-of-debian)
BUILDER=buildah "${build[@]}" --build-arg PDF=no --tag pacsimile:slim > /dev/null
BUILDER=buildah "${build[@]}" --tag pacsimile:whole > /dev/null
for bound in whole:180 slim:112; do  # MB unpacked: a package that grows, or brings tests and locales, is noticed
    name=${bound%:*}
    unpacked=$(podman image inspect --format '{{.Size}}' "pacsimile:$name" | awk '{ printf "%d", $1 / 1e6 }')
    compressed=$(size "pacsimile:$name")
    echo "$name: $unpacked MB, compressed $compressed MB"
    [ "$unpacked" -le "${bound#*:}" ] || fail "the image is larger than ${bound#*:} MB"
    [ "$compressed" -le 150 ] || fail 'the image is larger than 150 MB as a registry sends it'
done

# A container as the page starts it: it cannot write, is not root, answers, is healthy, and ends when it is asked to.
podman run --detach --name mock --read-only --cap-drop ALL --security-opt no-new-privileges --publish 127.0.0.1::8080 \
    --env PACSIMILE_DATABASE=sqlite:////data/state.db --volume kept:/data pacsimile:whole serve --workers 2 > /dev/null
trap 'podman rm --force --volumes mock > /dev/null; podman volume rm --force kept > /dev/null' EXIT
wait_until_healthy() { for _ in $(seq 100); do podman healthcheck run "$1" > /dev/null 2>&1 && return; sleep 0.2; done; fail "$1 is not healthy"; }
wait_until_healthy mock
url=http://$(podman port mock 8080)
curl -sf "$url/_mock/health" > /dev/null
[ "$(podman exec mock python -c 'import os; print(os.getuid())')" = 65532 ] || fail 'it runs as another user'
podman exec mock python -c 'open("/file", "w")' 2> "$work/refusal" && fail 'its root can be written to'
grep -q 'Read-only file system' "$work/refusal" || fail "its root is not read-only: $(cat "$work/refusal")"
podman exec mock sh -c true 2> /dev/null && fail 'it has a shell'
order=$(podman exec mock pacsimile order new --study-uid 1.2.3 | cut -d ' ' -f 1)
podman exec mock pacsimile export /data/files --count 1 --type pdf > /dev/null
podman stop --time 10 mock > /dev/null
[ "$(podman inspect --format '{{.State.ExitCode}}' mock)" = 0 ] || fail 'it did not end when it was asked to'
podman start mock > /dev/null
wait_until_healthy mock
podman exec mock pacsimile order list | grep "$order" > /dev/null || fail 'the order is not kept'
echo 'image: a container runs without root on a read-only root, is healthy, keeps its database, ends on SIGTERM'

# Compose's file and the snippet speak to podman as to Docker. Without systemd nobody runs health checks: this does.
socket=$work/podman.sock
podman system service --time 0 "unix://$socket" & service=$!
( while sleep 1; do for each in database mock; do for number in 1 2; do
    podman healthcheck run "pacsimile-$each-$number" > /dev/null 2>&1 || true
done; done; done ) & checks=$!
export DOCKER_HOST=unix://$socket PACSIMILE_IMAGE=localhost/pacsimile:slim \
    POSTGRES_IMAGE=localhost/postgres-of-debian NGINX_IMAGE=localhost/nginx-of-debian PACSIMILE_PORT=0 PACSIMILE_CONSOLE_PORT=0
compose=(docker-compose --env-file "$work/env" --profile console)
trap '"${compose[@]}" down --volumes > /dev/null 2>&1; kill $checks $service; podman rm --force mock > /dev/null; podman volume rm --force kept > /dev/null' EXIT
for _ in $(seq 50); do [ -S "$socket" ] && break; sleep 0.1; done
"${compose[@]}" up --detach --wait --no-build > "$work/compose.log" 2>&1 || { cat "$work/compose.log"; fail 'compose.yaml does not start'; }
api=http://$("${compose[@]}" port nginx 8080)
console=http://$("${compose[@]}" port console 8081)
token=$(sed -n 's/^PACSIMILE_CONTROL_TOKEN=//p' "$work/env")
curl -sf "$api/_mock/health" > /dev/null
[ "$(curl -s -o /dev/null -w '%{http_code}' "$api/_mock/worlds")" = 404 ] || fail "the control API is on the API's port"
.venv/bin/pacsimile verify "$console" --control-token "$token" --report "$work/report" > "$work/verify.log" ||
    { cat "$work/verify.log"; fail 'verify finds a fault in what compose.yaml starts'; }
echo "compose: two mocks, PostgreSQL, nginx, the console; verify: $(grep -m1 '^PASS [0-9]' "$work/verify.log")"

cat >> "$work/pacsimile_container.py" << 'END'


with PacsimileContainer("localhost/pacsimile:slim") as mock:
    from urllib.request import urlopen
    assert urlopen(f"{mock.url}/_mock/health").status == 200
END
TESTCONTAINERS_RYUK_DISABLED=true python "$work/pacsimile_container.py"
echo 'snippet: Testcontainers for Python started the image'
