# Sourced by the scripts that have documents judged by Debian's tools.

# need_tools PROGRAM:PACKAGE...  (or the path of a FILE:PACKAGE) installs what is missing where we are root on a Debian, else says what to install.
need_tools() {
  local each missing=()
  for each in "$@"; do
    [ -e "${each%%:*}" ] || command -v "${each%%:*}" > /dev/null || missing+=("${each#*:}")
  done
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
    echo "$(basename "$0"): missing; install: ${missing[*]} (names of Debian's packages)" >&2
    exit 2
  fi
  # Scripts may run side by side, and apt refuses to.
  (
    flock 9
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
  ) 9< "${BASH_SOURCE[0]}"
}
