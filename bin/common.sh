# Sourced by the scripts of this repository: where built things are kept, and how progress and failures are told.
# shellcheck shell=bash

# Built things that outlive a cluster and a checkout, keyed by their content.
CACHE=${SOCKETBRIDGE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/socketbridge}
export CACHE

# say MESSAGE... - a progress line on standard error, with the seconds since the script began.
say() { printf '%4ds  %s\n' "$SECONDS" "$*" >&2; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# need COMMAND HOW - fails with HOW to get it if COMMAND is not installed.
need() { command -v "$1" >/dev/null || fail "$1 is not installed: $2"; }
