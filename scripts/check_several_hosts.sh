#!/usr/bin/env bash
# Four hosts behind nginx, on a PostgreSQL with a replica, for half a minute: each kind of process is killed at least once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/debian_tools.sh
export PATH=$PATH:/usr/sbin
need_tools nginx:nginx-light
exec .venv/bin/python scripts/several_hosts/history.py --minutes 0.5
