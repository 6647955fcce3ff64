#!/bin/sh
# One machine or many with GNU parallel: SHARDS parts of one judging, then their merge, whose exit code it is.
#
#   docs/scale/parallel.sh 16 check.c --runs 1000000000
#
# FOLIOFENCE is the command (default: foliofence), OUT the directory of results (default: shards), PARALLEL whatever
# else GNU parallel should know, such as "--sshloginfile hosts".
set -eu
SHARDS=$1
shift
: "${FOLIOFENCE:=foliofence}" "${OUT:=shards}"
export SHARDS FOLIOFENCE OUT
mkdir -p "$OUT"
rm -f "$OUT"/shard-*.json

# A shard ends with 0, or with 1 if it found a counterexample; with anything else it failed.
seq "$SHARDS" | parallel --quote --joblog "$OUT/joblog" sh -c '
  shard=$1
  shift
  code=0
  $FOLIOFENCE judge "$@" --jobs 1 --shard "$shard/$SHARDS" --out "$OUT/scripts-$shard" --json \
    >"$OUT/shard-$shard.part" || code=$?
  [ "$code" -le 1 ] && mv "$OUT/shard-$shard.part" "$OUT/shard-$shard.json"
' sh '{}' "$@"

$FOLIOFENCE merge "$OUT"/shard-*.json
