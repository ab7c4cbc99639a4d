# Sourced: waiting on a condition, with a deadline.
# shellcheck shell=bash

# wait_for SECONDS WHAT LOG COMMAND... - runs COMMAND until it succeeds. At the deadline it shows the end of LOG.
wait_for() {
  local deadline=$((SECONDS + $1)) what=$2 log=$3
  shift 3
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= deadline)); then
      printf -- '--- the end of %s\n' "$log" >&2
      tail -n 25 "$log" >&2 || true
      fail "gave up waiting for $what. The log above says why; '$COMMAND down' cleans up"
    fi
    sleep 0.2
  done
}
