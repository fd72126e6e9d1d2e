#!/bin/sh
# What the tests in a browser need: Debian's Chromium, and axe-core from npm. Nothing is kept in the
# repository; what cannot be had is told, and its tests are skipped.
cd "$(dirname "$0")" || exit 1
kept=../../.venv/share
lock=$PWD/axe-core.sha512
packed=$(sed 's/.*  //' "$lock")

if ! { command -v chromium && command -v npm; } >/dev/null 2>&1; then
  if test "$(id -u)" = 0 && command -v apt-get >/dev/null 2>&1; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium npm; } >/dev/null 2>&1
  fi
fi
command -v chromium >/dev/null 2>&1 || echo "Chromium manque (apt-get install chromium) : ses tests seront passés."

mkdir -p "$kept" && cd "$kept" || exit 1
if ! sha512sum --check --status "$lock" 2>/dev/null; then
  version=${packed#axe-core-}
  npm pack --silent "axe-core@${version%.tgz}" >/dev/null 2>&1
fi
sha512sum --check --status "$lock" 2>/dev/null || { rm -f "$packed"; echo "axe-core manque (npm) : ses tests seront passés."; }
