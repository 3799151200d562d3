#!/usr/bin/env bash
# What `npm test` runs: tools, types, lint, dead code, tests. It stops at the first that fails. `npm test -- <arguments>` runs vitest alone, with
# those arguments. The last line is always `<n> passed, <n> failed`, with `, <n> skipped` where there are any; a step counts as one.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH=$PWD/node_modules/.bin:$PATH
colors=force
if [[ ! -t 1 || -n ${NO_COLOR:-} ]]; then
  unset FORCE_COLOR
  export NO_COLOR=1
  colors=off
fi

report=$(mktemp)
trap 'rm -f "$report"' EXIT
passed=0 failed=0 skipped=0 status=0

# step <name> <command...>
step() {
  local name=$1 began=$SECONDS
  shift
  if ((status != 0)); then
    skipped=$((skipped + 1))
    printf '%s: not run\n' "$name"
    return
  fi
  printf '\n--- %s\n' "$name"
  "$@" </dev/null || status=$?
  if [[ -s $report ]]; then
    tally
  elif ((status == 0)); then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
  fi
  if ((status == 0)); then
    printf '%s: passed in %d s\n' "$name" $((SECONDS - began))
  else
    printf '%s: failed with exit code %d after %d s\n' "$name" "$status" $((SECONDS - began))
  fi
}

tests() {
  vitest run --reporter=default --reporter=json --outputFile.json="$report" "$@"
}

# Adds vitest's report to the sums. A file that could not be loaded has no tests: it counts as one that failed.
tally() {
  local sums
  read -r -a sums < <(node -e '
    const sums = { passed: 0, failed: 0, skipped: 0 };
    for (const file of JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).testResults) {
      const before = sums.failed;
      for (const { status } of file.assertionResults) sums[status in sums ? status : "skipped"] += 1;
      if (file.status === "failed" && sums.failed === before) sums.failed += 1;
    }
    console.log(sums.passed, sums.failed, sums.skipped);
  ' "$report")
  passed=$((passed + sums[0]))
  failed=$((failed + sums[1]))
  skipped=$((skipped + sums[2]))
  # An error outside of any test.
  if ((status != 0 && sums[1] == 0)); then
    failed=$((failed + 1))
  fi
}

if (($# == 0)); then
  step tools bash scripts/fetch-tools.sh
  step types tsc --noEmit
  step lint biome ci --error-on-warnings --colors="$colors" .
  step "dead code" knip --no-config-hints
fi
step tests tests "$@"

if ((skipped > 0)); then
  printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
else
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
fi
exit "$status"
