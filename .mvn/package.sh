#!/bin/sh
# Puts together what was built, in the phase 'package': tools/target/tailrace-VERSION.tar.gz, which runs without the sources.
#
#   .mvn/package.sh VERSION
set -eu

version=$1
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
target=$root/tools/target
name=tailrace-$version
dist=$target/dist/$name
rm -rf "$target/dist"
mkdir -p "$dist/bin" "$dist/lib/lib" "$dist/licences"
cp "$root/tools/bin/tailrace" "$dist/bin/"
cp "$target/tailrace.jar" "$dist/lib/"
cp "$target"/lib/*.jar "$dist/lib/lib/"
cp -r "$target/native" "$dist/lib/native"
cp "$root/tools/src/main/package/Dockerfile" "$dist/"
mkdir -p "$dist/share/systemd"
cp "$root/tools/src/main/package/tailrace.service" "$dist/share/systemd/"
cp -r "$root/tools/monitoring" "$root/tools/sharding" "$dist/share/"
cp "$root/tools/src/main/package/THIRD-PARTY.txt" "$dist/licences/"
TAILRACE_BUILD=never "$root/tools/bin/tailrace" documents "$dist"
mkdir -p "$dist/doc"
cp "$root/README.md" "$dist/doc/"
for module in node tools wire snapshot; do
    mkdir -p "$dist/doc/$module"
    cp "$root/$module/README.md" "$dist/doc/$module/"
done
tar -C "$target/dist" --sort=name --owner=0 --group=0 --numeric-owner -czf "$target/$name.tar.gz" "$name"
