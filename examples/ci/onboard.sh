#!/usr/bin/env bash
# Create the customers of a file, however often this is run and wherever it was stopped.
#
#   onboard.sh FILE [FLAG...]     the flags are those of hydractl customers import
#
# HYDRACORE_API_KEY     the key, from the CI's secret store
# ONBOARD_TENANT        the tenant that the key must belong to
# ONBOARD_MAX           refuse to create more customers than this (1000)
# ONBOARD_ROWS          refuse a file with another number of rows (any)
# ONBOARD_DRY_RUN       true: check the file and show the plan, create nothing
# ONBOARD_DIR           where the journal and the reports go; keep it from run to run (onboarding)
# ONBOARD_TRIES         runs when the server is in trouble or a rate limit holds (3)
# ONBOARD_WAIT          seconds between them (60)
# ONBOARD_OUTPUT        file that gets the counts as NAME=VALUE lines (GITHUB_OUTPUT)
#
# The journal and the reports hold names and email addresses.
set -euo pipefail

file=${1:?usage: onboard.sh FILE [FLAG...]}
shift
dir=${ONBOARD_DIR:-onboarding}
flags=("$@" --expect-tenant "${ONBOARD_TENANT:?name the tenant that the customers are for}" --max-creates "${ONBOARD_MAX:-1000}")
[ -z "${ONBOARD_ROWS:-}" ] || flags+=(--expect-rows "$ONBOARD_ROWS")

# The same content finds its journal again, so that the same command resumes; another file gets a journal of its own.
flags+=(--journal "$dir/journal-$(cksum <"$file" | tr ' ' -)")
mkdir -p "$dir"
counts='.counts | "created=\(.created)", "existing=\(.exists)", "rejected=\(.rejected + .invalid)", "unknown=\(.unknown)", "pending=\(.pending)"'

# Nothing is sent that writes: a mistake in the file, the key or the tenant ends here, with exit code 2 or 4.
hydractl customers import "$file" --dry-run "${flags[@]}"
[ "${ONBOARD_DRY_RUN:-}" != true ] || exit 0

for ((try = 1; ; try++)); do
  code=0
  hydractl customers import "$file" --yes --no-input "${flags[@]}" \
    --results "$dir/results.csv" --rejects "$dir/rejects.csv" --force --jq "$counts" >"$dir/counts.env" || code=$?
  case $code in
  7 | 10) ((try < ${ONBOARD_TRIES:-3})) || break ;; # safe to repeat: the journal knows what was sent
  *) break ;;
  esac
  echo "exit code $code; the same command again in ${ONBOARD_WAIT:-60} s"
  sleep "${ONBOARD_WAIT:-60}"
done

for report in results rejects; do
  [ ! -e "$dir/$report.csv" ] || echo "$report=$dir/$report.csv" >>"$dir/counts.env"
done
echo "exit_code=$code" >>"$dir/counts.env"
cat "$dir/counts.env"
output=${ONBOARD_OUTPUT:-${GITHUB_OUTPUT:-}}
[ -z "$output" ] || cat "$dir/counts.env" >>"$output"

case $code in
0) echo "every customer exists: $dir/results.csv" ;;
6 | 8) echo "some rows were rejected: fix $dir/rejects.csv and import that file" ;;
7 | 10) echo "the server did not let it finish: run this again" ;;
9) echo "the outcome of some rows is unknown: look at $dir/results.csv, then at hydractl help exit-codes" ;;
11) echo "the journal is in use, damaged, or of another tenant, or a report could not be written" ;;
*) echo "stopped with exit code $code" ;;
esac
exit "$code"
