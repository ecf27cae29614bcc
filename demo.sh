#!/usr/bin/env bash
# From a clone to a price: builds, generates cars, trains on them, serves, asks for one price.
#
#   ./demo.sh          keeps serving until Ctrl-C
#   ./demo.sh --once   ends after the first reply
#
# PORT changes the port (8080), DEMO_DIR the directory (./demo), ROWS the number of cars (8000), SEED the seed (1).
# Needs Rust and a C toolchain, nothing else; no network once cargo has its crates.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

once=false
case "${1:-}" in
  '') ;;
  --once) once=true ;;
  *)
    printf 'usage: %s [--once]\n' "$0" >&2
    exit 2
    ;;
esac

port="${PORT:-8080}"
dir="${DEMO_DIR:-demo}"
rows="${ROWS:-8000}"
seed="${SEED:-1}"
base="http://127.0.0.1:$port"
target="${CARGO_TARGET_DIR:-target}"
body='{"brand":"Toyota","model":"Vios","year":2019,"mileage_km":45000,"transmission":"AT"}'

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
die() {
  printf 'error: %s\n' "$1" >&2
  [[ -z ${2:-} ]] || printf 'hint: %s\n' "$2" >&2
  exit 4
}

command -v cargo >/dev/null || die '`cargo` is not installed' 'https://rustup.rs installs Rust'
# Asked before the build: nobody wants to learn it five minutes later.
if (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
  die "port $port is taken" "PORT=8081 $0 uses another one"
fi

say "1/4 Building (a first build takes minutes, the next one seconds)"
cargo build -p trainer -p serve

say "2/4 Generating $rows cars, all labelled synthetic"
mkdir -p "$dir"
"$target/debug/trainer" synthesize --rows "$rows" --seed "$seed" --until "$(date +%F)" \
  --out "$dir/listings.parquet" --inventory "$dir/listings.ndjson"

say "3/4 Training"
"$target/debug/trainer" train --listings "$dir/listings.parquet" --registry "$dir/registry" --seed "$seed"

say "4/4 Starting the service"
server=
stop() {
  [[ -z $server ]] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
"$target/debug/serve" --listen "127.0.0.1:$port" --registry "$dir/registry" \
  --listings "$dir/listings.ndjson" --assistant-folder "$dir/assistant" --log-format text 2>"$dir/serve.log" &
server=$!

# get PATH [BODY]: an HTTP request without curl, which a bare machine may lack. Prints status line, headers and body.
get() {
  local method=GET extra=''
  if [[ -n ${2:-} ]]; then
    method=POST
    extra="Content-Type: application/json"$'\r\n'"Content-Length: ${#2}"$'\r\n'
  fi
  exec 3<>"/dev/tcp/127.0.0.1/$port" || return 1
  printf '%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n%s\r\n%s' "$method" "$1" "$extra" "${2:-}" >&3
  cat <&3
  exec 3>&-
}

for _ in $(seq 150); do
  if get /readyz 2>/dev/null | head -n 1 | grep -q ' 200 '; then
    ready=true
    break
  fi
  kill -0 "$server" 2>/dev/null || break
  sleep 0.1
done
if [[ -z ${ready:-} ]]; then
  cat "$dir/serve.log" >&2
  die 'the service did not become ready; its log is above'
fi

printf '\nThe page:   %s/\nThe API:    %s/docs/\nIts log:    %s/serve.log\n' "$base" "$base" "$dir"
printf "\n\$ curl -s %s/predict -H 'Content-Type: application/json' -d '%s'\n" "$base" "$body"
if command -v curl >/dev/null; then
  reply="$(curl -sS --fail-with-body --noproxy '*' "$base/predict" -H 'Content-Type: application/json' -d "$body")" ||
    die "the service answered: $reply"
else
  reply="$(get /predict "$body" | sed '1,/^\r$/d')"
fi
printf '%s\n' "$reply"

if $once; then
  exit 0
fi
say 'Serving until Ctrl-C.'
wait "$server"
