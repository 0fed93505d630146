#!/bin/sh
# Debian's MariaDB server without installing it: its packages, and those of its libraries that the system lacks,
# unpacked into the folder $1. Works for anybody, and changes nothing outside of the current folder and $1.
set -eu
into=$1

fetch() { apt-get $lists download -q "$@"; }

lists=
if ! fetch mariadb-server-core; then
  # The system's package lists are missing or old: use lists of our own.
  mkdir -p lists/partial archives/partial
  lists="-o Dir::State::Lists=$PWD/lists -o Dir::Cache=$PWD -o APT::Sandbox::User=$(id -un)"
  apt-get $lists update -q
  fetch mariadb-server-core
fi

needs=$(dpkg-deb -f mariadb-server-core_*.deb Depends | tr ',' '\n' | sed 's/^ *//; s/[ (|:].*//')
for name in $needs; do
  dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || fetch "$name"
done

for package in *.deb; do dpkg-deb -x "$package" "$into"; done
