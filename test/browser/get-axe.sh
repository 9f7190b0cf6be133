#!/bin/bash
# Fetches axe-core, which judges whether pages can be used with screen readers, keyboards and bad eyes, and prints the
# file. It is unpacked below build/axe and taken again the next time. Exit code 77: it cannot be had here; the reason is
# on standard error.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=4.10.2
sha256=9ea2d2d6917da998122bdacfd3b473e31ead53f4b87146c716a12edf89158100
archive=build/axe/axe-core-$version.tgz
file=$PWD/build/axe/package/axe.min.js

cannot() {
    echo "axe-core cannot be had here: $1" >&2
    exit 77
}

if [[ ! -e $archive ]]; then
    command -v npm > /dev/null || cannot "there is no npm; it is in the package of that name"
    mkdir -p build/axe
    npm pack --silent --pack-destination build/axe "axe-core@$version" > /dev/null || cannot "npm could not fetch it"
fi
sha256sum --check --status <<< "$sha256  $archive" || { echo "$archive is not what it was" >&2; exit 1; }
tar --extract --gzip --file "$archive" --directory build/axe package/axe.min.js
echo "$file"
