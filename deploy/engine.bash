# Sourced by build-image and smoke-image: finds the container engine. Sets `engine` to docker, podman
# or buildah. Buildah is taken where no engine runs, with chroot isolation and (unless storage.conf says
# otherwise) plain folders as storage: that works as root in a container or a virtual machine as it is.
# shellcheck shell=bash disable=SC2034

say() { printf '\n== %s\n' "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$1" >&2 && exit "${2:-1}"; }

find_engine() {
  local candidate
  for candidate in ${SLUICE_ENGINE:-docker podman buildah}; do
    command -v "$candidate" > /dev/null || continue
    case $candidate in
      docker | podman) "$candidate" info > /dev/null 2>&1 || continue ;;
      buildah)
        export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=${STORAGE_DRIVER:-vfs}
        [ "$(id -u)" = 0 ] || continue
        ;;
    esac
    engine=$candidate
    return
  done
  die "found no docker or podman that runs, and no buildah as root (Debian: apt-get install buildah debootstrap)" 2
}
