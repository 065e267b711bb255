#!/bin/sh
# Installs the Debian packages whose programs the tests against the real kernel use. Tests say so and skip where one is missing.
set -eu

packages="
  bash-completion
  bubblewrap
  busybox
  dash
  e2fsprogs
  firejail
  fish
  fonts-dejavu-core
  gcc
  graphviz
  iproute2
  jq
  ksh93u+m
  libc6-dev
  libcap2-bin
  lxc
  mksh
  passwd
  perl-base
  podman
  runc
  strace
  sudo
  systemd
  systemd-container
  tmux
  uidmap
  util-linux
  zsh
"

if ! command -v apt-get >/dev/null; then
  echo "There is no apt-get here. Install by other means:" $packages >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "Only root can install packages. Run: sudo $0" >&2
  exit 1
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -qq --yes --no-install-recommends $packages

# For `npm run test:kernels` (90 MB). Nothing else needs it, so that its absence fails nothing.
if [ "$(uname -m)" = x86_64 ]; then
  apt-get install -qq --yes --no-install-recommends qemu-system-x86 ||
    echo "Other kernels can't be booted without qemu-system-x86." >&2
fi
