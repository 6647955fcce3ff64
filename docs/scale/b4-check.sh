#!/bin/sh
# A check of b4: every patch of a series is judged before it is sent.
#
#   git config --add b4.prep-perpatch-check-cmd /path/to/docs/scale/b4-check.sh
#   b4 prep --check
#
# b4 pipes each patch into it and shows what it prints, a line a finding, in the manner of `checkpatch.pl --terse`.
# A patch without a check of this kind prints nothing. FOLIOFENCE is the command (default: foliofence).
set -u
: "${FOLIOFENCE:=foliofence}"
patch=$(cat)
# What no rule reads is not this check's business: neither offset nor gpa nor size stands in an added line.
printf '%s\n' "$patch" | grep -Eq '^\+.*(offset|gpa|pgoff|base_gfn)' || exit 0
# The text after the patch, of what its hunks show.
after=$(printf '%s\n' "$patch" | awk '
  /^@@ / { inside = 1; next }
  /^(diff |--- |\+\+\+ |-- $)/ { inside = 0; next }
  inside && /^[+ ]/ { print substr($0, 2) }')
code=0
said=$(printf '%s\n' "$after" | $FOLIOFENCE judge - --no-out --format ktap 2>/dev/null) || code=$?
case $code in
0) ;;
1 | 4) printf '%s\n' "$said" | sed -n 's/^  # \([^:]*: \(refuted\|never met\|vacuous\).*\)$/foliofence: ERROR: \1/p' ;;
2) printf '%s\n' "$said" | sed -n 's/^# \(.*\)$/foliofence: WARNING: not judged: \1/p' ;;
*) echo "foliofence: WARNING: not judged to the end (exit code $code)" ;;
esac
exit "$code"
