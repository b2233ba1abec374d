#!/usr/bin/env bash
# Install a released hydractl after checking its SHA-256 against the release's checksums.txt.
#
#   install.sh [VERSION] [FOLDER]     VERSION is such as v1.2.0, or latest; FOLDER is bin unless given
#
# HYDRACTL_RELEASES     where the releases are (https://github.com/hydracore/hydractl/releases)
# HYDRACTL_SHA256       the checksum that the archive must have, for a version that was looked at before
set -euo pipefail

version=${1:-latest} folder=${2:-bin}
releases=${HYDRACTL_RELEASES:-https://github.com/hydracore/hydractl/releases}
fetch() { curl --fail --silent --show-error --location --retry 3 "$@"; }

if [ "$version" = latest ]; then # the page of the latest release is the one of its tag
  version=$(fetch --head --output /dev/null --write-out '%{url_effective}' "$releases/latest")
  version=${version##*/}
fi

kind=tar.gz
case $(uname -s) in
Linux) os=linux ;;
Darwin) os=darwin ;;
MINGW* | MSYS* | CYGWIN*) os=windows kind=zip ;;
*) echo "install.sh: no release for $(uname -s)" >&2 && exit 1 ;;
esac
case $(uname -m) in
x86_64 | amd64) arch=amd64 ;;
aarch64 | arm64) arch=arm64 ;;
*) echo "install.sh: no release for $(uname -m)" >&2 && exit 1 ;;
esac

name=hydractl_${version#v}_${os}_$arch
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fetch --output "$work/$name.$kind" "$releases/download/$version/$name.$kind"
fetch --output "$work/checksums.txt" "$releases/download/$version/checksums.txt"
expected=${HYDRACTL_SHA256:-$(awk -v file="$name.$kind" '$2 == file { print $1 }' "$work/checksums.txt")}
if command -v sha256sum >/dev/null; then
  actual=$(sha256sum <"$work/$name.$kind")
else
  actual=$(shasum -a 256 <"$work/$name.$kind")
fi
if [ "${actual%% *}" != "$expected" ]; then
  echo "install.sh: $name.$kind has the SHA-256 ${actual%% *}, expected ${expected:-one in checksums.txt}" >&2
  exit 1
fi

if [ "$kind" = zip ]; then unzip -q "$work/$name.zip" -d "$work"; else tar -xzf "$work/$name.tar.gz" -C "$work"; fi
mkdir -p "$folder"
mv "$work/$name"/hydractl* "$folder/"
echo "hydractl $version is in $folder"
