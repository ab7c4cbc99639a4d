# Sourced: image archives in the cache, keyed by what goes into them, and built with buildah, which needs no daemon.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../bin/common.sh"

# The prefix of image names. Without a registry it only has to be one that nobody would try to pull from.
REGISTRY=${REGISTRY:-localhost/socketbridge}

# archive NAME TAG KEY BUILD - prints the archive of image NAME:TAG. If the cache lacks the one of KEY, which stands for
# all that goes in, the function BUILD makes the image by calling `build "$1"`.
archive() {
  local image=$REGISTRY/$1:$2 archive
  archive=$CACHE/images/$1-$(sha256sum <<<"$image $3 $(declare -f "$4")" | cut -c1-16).tar
  if [[ ! -e $archive ]]; then
    need buildah "run 'make deps'"
    mkdir -p "$CACHE/images"
    exec 8>"$CACHE/images/$1.lock" && flock 8
    if [[ ! -e $archive ]]; then make_archive "$archive" "$image" "$4"; fi
  fi
  echo "$archive"
}

make_archive() {
  local archive=$1 image=$2 build=$3 log old
  say "building image $image"
  SCRATCH=$(mktemp -d "$CACHE/images/scratch.XXXXXX")
  trap 'rm -rf "$SCRATCH"' EXIT
  log=$SCRATCH/log
  if ! { "$build" "$image" && buildah_here push "$image" "docker-archive:$SCRATCH/archive.tar:$image"; } >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    fail "image $image could not be built; the end of buildah's log is above"
  fi
  # Older contents of the same image are not asked for again.
  for old in "${archive%-*}"-????????????????.tar; do rm -f "$old"; done
  mv "$SCRATCH/archive.tar" "$archive"
  say "built $archive ($(du -h "$archive" | cut -f1))"
}

# buildah_here ARG... - buildah with a storage that goes away with this script: what is kept is the archive.
buildah_here() { buildah --root "$SCRATCH/storage" --runroot "$SCRATCH/run" --storage-driver vfs "$@"; }

# build IMAGE ARG... - builds from a Dockerfile. Steps run in a chroot, which works inside containers too.
build() { buildah_here build --isolation chroot --format docker --tag "$1" "${@:2}"; }

# key_of FILE... [TEST...] - prints a key of the content and paths of files, and of those in directories that pass the
# tests, which are find's.
key_of() { find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16; }
