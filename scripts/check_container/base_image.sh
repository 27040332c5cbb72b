#!/usr/bin/env bash
# Makes images from Debian's packages that stand in, where no registry can be reached, for those that the Dockerfile and
# compose.yaml name. It needs root, buildah and mmdebstrap.
#
#   scripts/check_container/base_image.sh python|nginx|postgres     makes localhost/NAME-of-debian
set -euo pipefail

name=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=ca-certificates
case $name in
    python) packages+=,python3,python3-pip,python3-venv,binutils ;;
    nginx) packages+=,nginx-light ;;
    postgres) packages+=,postgresql,gosu ;;
    *) echo "$(basename "$0"): python, nginx or postgres" >&2; exit 2 ;;
esac
mmdebstrap --quiet --variant=apt --include="$packages" "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$work/root.tar"
printf 'FROM scratch\nADD root.tar /\n' > "$work/Dockerfile"
if [ "$name" = postgres ]; then  # takes the variables of the official image, as far as compose.yaml uses them
    cat > "$work/start" << 'END'
#!/bin/sh
set -e
mkdir -p /run/postgresql && chown postgres /run/postgresql
PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
data=/var/lib/postgresql/data
if [ ! -e $data/PG_VERSION ]; then
    chown postgres /var/lib/postgresql
    echo "$POSTGRES_PASSWORD" > /run/password && chmod 644 /run/password
    gosu postgres initdb --pgdata=$data --username="$POSTGRES_USER" --pwfile=/run/password --auth=scram-sha-256 --encoding=UTF8
    echo 'host all all all scram-sha-256' >> $data/pg_hba.conf
    gosu postgres pg_ctl --pgdata=$data --wait start -o "-c listen_addresses=''"
    PGPASSWORD=$POSTGRES_PASSWORD createdb --host=/var/run/postgresql --username="$POSTGRES_USER" "$POSTGRES_USER"
    gosu postgres pg_ctl --pgdata=$data --wait stop
fi
exec gosu postgres postgres -D $data -c listen_addresses='*'
END
    chmod +x "$work/start"
    printf 'COPY start /start\nENTRYPOINT ["/start"]\n' >> "$work/Dockerfile"
fi
buildah build --isolation chroot --format docker --quiet --tag "localhost/$name-of-debian" "$work"
