#!/usr/bin/env bash
# Opens the package and the service of the demo county in the programs of those who get them: QGIS and LibreOffice, without a
# screen. Where they are not installed and cannot be, this says that it skips them, and is content.
# Usage: run.sh PROGRAM PACKAGE…   (the packages of Debian that are needed)
set -euo pipefail
program=$1
shift

# Longest that packages may take to come, in seconds.
patience=300

missing=()
for package in "$@"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive timeout "$patience" apt-get "$@"
  }
  options=(-o Acquire::Retries=1 -o Acquire::http::Timeout=20)
  if ! { install "${options[@]}" update && install "${options[@]}" install -y --no-install-recommends "${missing[@]}"; }; then
    echo "SKIPPED: QGIS and LibreOffice cannot be installed here (${missing[*]}); the package was not opened in them"
    exit 0
  fi
fi

work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

"$program" package data/demo --quiet --out "$work/packages"
package=$(find "$work/packages" -mindepth 1 -maxdepth 1 -type d)

port=18431
"$program" serve data/demo --quiet --port "$port" --store "$work/store.sqlite" --out "$work/runs" >"$work/log" 2>&1 &
server=$!
for _ in $(seq 300); do
  curl -sf "http://127.0.0.1:$port/?f=json" >/dev/null && break
  kill -0 "$server" 2>/dev/null || { cat "$work/log"; exit 1; }
  sleep 1
done

status=0
/usr/bin/python3 tests/clients/open_in_qgis.py "$package" "http://127.0.0.1:$port" || status=1
tests/clients/open_in_office.sh "$package" || status=1
exit "$status"
