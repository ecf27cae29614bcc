#!/usr/bin/env bash
# Scores a change's model against the champion, holds it against a policy, and writes what a pull request shows.
#
#   score-change.sh OUT_DIR
#
# Set either
#   REGISTRY, LISTINGS                 models of a registry over listings (Parquet or an export), with
#   CHALLENGER, CHAMPION               an alias or a version each; `challenger` and `champion` where not set
# or
#   PREDICTIONS, CHAMPION_PREDICTIONS  two files of predictions for the same cars
# and optionally
#   POLICY                             gates; the gates.toml beside this script where not set
#   EVALUATE                           the program; `evaluate` where not set
#
# OUT_DIR then holds report.html, report.md, report.json, report.xml (JUnit), model-card.md and comment.md. comment.md is
# there whatever happens, so that a pull request never lacks a word. The exit code is that of `evaluate`: 0 every gate
# passed, 1 a gate failed, 2 usage or configuration, 3 data invalid or empty, 4 a dependency or I/O, 70 a bug. Only 0 may
# ship.
set -euo pipefail

if [[ $# -ne 1 ]]; then
  printf 'usage: %s OUT_DIR\n' "$0" >&2
  exit 2
fi
out="$1"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
evaluate="${EVALUATE:-evaluate}"
arguments=(report --out "$out" --policy "${POLICY:-$here/gates.toml}")

if [[ -n ${PREDICTIONS:-} ]]; then
  if [[ -z ${CHAMPION_PREDICTIONS:-} ]]; then
    printf 'error: PREDICTIONS is set; CHAMPION_PREDICTIONS is needed beside it\n' >&2
    exit 2
  fi
  arguments+=(--predictions "$PREDICTIONS" --champion-predictions "$CHAMPION_PREDICTIONS")
elif [[ -n ${REGISTRY:-} && -n ${LISTINGS:-} ]]; then
  arguments+=(--registry "$REGISTRY" --listings "$LISTINGS"
    --challenger "${CHALLENGER:-challenger}" --champion "${CHAMPION:-champion}")
else
  printf 'error: REGISTRY and LISTINGS, or PREDICTIONS and CHAMPION_PREDICTIONS, are needed\n' >&2
  exit 2
fi

mkdir -p "$out"
# An old report must not be taken for the new one's.
rm -f "$out"/{report.html,report.md,report.json,report.xml,model-card.md,comment.md,error.txt}
code=0
# A registry in the environment would stand beside predictions.
# In a pipe, which is waited for: what went to stderr is whole in the file before it is read.
{ "$evaluate" "${arguments[@]}" 2>&1 >&3 | tee "$out/error.txt" >&2 || code=${PIPESTATUS[0]}; } 3>&1

if [[ -f $out/report.md && ($code -eq 0 || $code -eq 1) ]]; then
  cp "$out/report.md" "$out/comment.md"
else
  {
    printf '# No verdict on this model\n\n'
    printf 'The scores could not be made (exit code %d), which is no pass.\n\n' "$code"
    printf '```text\n'
    { grep -v '^warning' "$out/error.txt" || true; } | head -c 4000
    printf '```\n'
  } >"$out/comment.md"
fi
if [[ -n ${GITHUB_STEP_SUMMARY:-} ]]; then
  cat "$out/comment.md" >>"$GITHUB_STEP_SUMMARY"
fi
case $code in
  0) printf 'every gate passed\n' ;;
  1) printf 'a gate failed\n' ;;
  *) printf 'no verdict: exit code %d\n' "$code" ;;
esac
exit "$code"
