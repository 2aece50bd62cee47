#!/usr/bin/env bash
# Every property test with a new seed each round, until the time is up.
#
#   tests/fresh_seeds.sh [MINUTES] [CASES] [NAME...]
#
# MINUTES  how long to start rounds for; 60 where nothing is said
# CASES    cases of each property a round; 256 where nothing is said
# NAME     only properties whose name holds one of these
#
# Prints the seed of each round, what failed with its smallest input, and at the end the number of
# cases. A failure repeats with PROPTEST_RNG_SEED=seed PROPTEST_CASES=cases cargo test NAME; make it a
# fixed case beside the property. Ends with exit code 1 where a property failed.
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${1:-60}
export PROPTEST_CASES=${2:-256}
export PROPTEST_DISABLE_FAILURE_PERSISTENCE=1
wanted=("${@:3}")

# "file name" of each function in a `proptest!` block.
properties() {
    grep -rlE 'proptest! \{' src tests --include='*.rs' | xargs awk '
        { match($0, /^ */) }
        /proptest! \{$/ { edge = RLENGTH; inside = 1; next }
        inside && RLENGTH == edge && /^ *}$/ { inside = 0 }
        inside && RLENGTH == edge + 4 && /^ *fn / { sub(/^ *fn /, ""); sub(/\(.*/, ""); print FILENAME, $0 }'
}

names=() targets=(--lib)
while read -r file name; do
    if ((${#wanted[@]})); then
        matches=
        for part in "${wanted[@]}"; do [[ $name == *$part* ]] && matches=1; done
        [[ $matches ]] || continue
    fi
    names+=("$name")
    if [[ $file == tests/* ]]; then
        file=${file#tests/}
        targets+=(--test "$(basename "${file%%/*}" .rs)")
    fi
done < <(properties)
echo "${#names[@]} properties, $PROPTEST_CASES cases a round each, for $minutes minutes"
((${#names[@]})) || exit 1

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# How many of the properties ended so.
count() {
    printf '%s\n' "${names[@]}" | awk -v word="$1" '
        NR == FNR { wanted[$1]; next }
        $1 == "test" && $NF == word { sub(/.*::/, "", $2); count += $2 in wanted }
        END { print count + 0 }' - "$log"
}
passed=0 failed=0 rounds=0
end=$((SECONDS + minutes * 60))
while ((SECONDS < end)); do
    export PROPTEST_RNG_SEED=$((SRANDOM * 1073741824 + SRANDOM))
    cargo test --locked --no-fail-fast "${targets[@]}" -- "${names[@]}" >"$log" 2>&1 || true
    grep -q '^test result:' "$log" || { cat "$log"; exit 1; }
    good=$(count ok) bad=$(count FAILED)
    rounds=$((rounds + 1)) passed=$((passed + good)) failed=$((failed + bad))
    echo "seed $PROPTEST_RNG_SEED: $good held, $bad failed"
    ((bad == 0)) || sed -n '/^failures:$/,/^failures:$/p' "$log"
done
echo "$rounds rounds, $((passed * PROPTEST_CASES)) cases held, $failed properties failed"
((failed == 0))
