#!/bin/sh
# Prints, at the end of `mvn verify`, the tests of this build that passed only the second time: the build is green, and they are to be
# looked into all the same. Also for .ci/run.
#
#   .mvn/flakes.sh [SINCE]    of reports that were written since then (2026-01-31T12:00:00Z), or of all
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
find "$root" -path '*/target/*-reports/TEST-*.xml' ${1:+-newermt "$1"} -exec grep -l '<flaky\(Failure\|Error\)' {} + 2>/dev/null |
    sort | while IFS= read -r report; do
    # the element of a flaky test is followed by what it failed with the first time
    awk '
        /<testcase / {
            name = $0; sub(/.*<testcase name="/, "", name); sub(/".*/, "", name)
            class = $0; sub(/.*classname="/, "", class); sub(/".*/, "", class)
        }
        /<flaky(Failure|Error)/ && class "." name != told {
            told = class "." name
            message = $0; if (message !~ /message="/) message = ""; sub(/.*message="/, "", message); sub(/".*/, "", message)
            print "[WARNING] FLAKY, passed only the second time, to be looked into: " told (message == "" ? "" : ": " substr(message, 1, 200))
        }' "$report"
done
