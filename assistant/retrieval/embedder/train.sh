#!/usr/bin/env bash
# Trains the bilingual embedder from scratch: makes its own environment, then one run.
#   ./train.sh [OUT]      (default OUT: ./out; 26 minutes on two busy cores)
# GIAXE_SHARED names the folder with data/parallel; further options go to train.py through TRAIN_ARGS.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

out=${1:-out}
shared=${GIAXE_SHARED:-../../../../shared}
data=${GIAXE_DATA:-../data}
venv=${GIAXE_VENV:-.venv}

if [[ ! -x $venv/bin/python ]]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r requirements.txt
fi

# Two threads, no spinning, no hash seeds: the same bytes on every run of the same machine.
export OMP_NUM_THREADS=2 OMP_WAIT_POLICY=PASSIVE PYTHONHASHSEED=0
texts=(--pairs "$shared/data/parallel/vi_en_permissive.tsv" --faq "$data"/faq/*.jsonl
  --glossary "$data/glossary.tsv" --teencode ../../understanding/data/chat_spelling.toml)

read -ra extra <<<"${TRAIN_ARGS:-}"
"$venv/bin/python" train.py "${texts[@]}" --covidfaq "$shared/data/faq/covidfaq.json" --out "$out" "${extra[@]}"
"$venv/bin/python" reference.py --vocabulary "$out" "${texts[@]}" --small "$out/reference_small.jsonl" ${GIAXE_REFERENCE:+--large "$GIAXE_REFERENCE"}
