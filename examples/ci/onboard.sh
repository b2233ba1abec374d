#!/usr/bin/env bash
# Create the customers of a file, however often this is run and wherever it was stopped.
#
#   onboard.sh FILE
#
# HYDRACORE_API_KEY        the key, from the CI's secret store
# ONBOARD_TENANT           the tenant that the key must belong to
# ONBOARD_MAX              refuse to create more customers than this (1000)
# ONBOARD_DIR              where the journal and the reports go; keep it from run to run (onboarding)
# ONBOARD_TRIES            runs when the server is in trouble or a rate limit holds (3)
# ONBOARD_WAIT             seconds between them (60)
#
# The journal and the reports hold names and email addresses.
set -euo pipefail

file=${1:?usage: onboard.sh FILE}
dir=${ONBOARD_DIR:-onboarding}
expected=(--expect-tenant "${ONBOARD_TENANT:?name the tenant that the customers are for}" --max-creates "${ONBOARD_MAX:-1000}")

# The same content finds its journal again, so that the same command resumes; another file gets a journal of its own.
journal=$dir/journal-$(cksum <"$file" | tr ' ' -)
mkdir -p "$dir"

# Nothing is sent that writes: a mistake in the file, the key or the tenant ends here, with exit code 2 or 4.
hydractl customers import "$file" --dry-run --journal "$journal" "${expected[@]}"

for ((try = 1; ; try++)); do
  code=0
  hydractl customers import "$file" --yes --no-input "${expected[@]}" \
    --journal "$journal" --results "$dir/results.csv" --rejects "$dir/rejects.csv" --force || code=$?
  case $code in
  7 | 10) ((try < ${ONBOARD_TRIES:-3})) || break ;; # safe to repeat: the journal knows what was sent
  *) break ;;
  esac
  echo "exit code $code; the same command again in ${ONBOARD_WAIT:-60} s"
  sleep "${ONBOARD_WAIT:-60}"
done

case $code in
0) echo "every customer is there: $dir/results.csv" ;;
6 | 8) echo "some rows were refused: fix $dir/rejects.csv and import that file" ;;
7 | 10) echo "the server did not let it finish: run this again" ;;
9) echo "the outcome of some rows is unknown: look at $dir/results.csv, then at hydractl help exit-codes" ;;
11) echo "the journal $journal is in use, damaged, or of another tenant, or a report could not be written" ;;
*) echo "stopped with exit code $code" ;;
esac
exit "$code"
