#!/bin/bash
# Renders or balances in parts as an array of SLURM jobs; a last job puts them together.
#
# usage: scripts/shards_slurm.sh PARTS render out=FOLDER people=1000
#        CPUS=8 SBATCH_PARTITION=short SBATCH_TIMELIMIT=8:00:00 scripts/shards_slurm.sh 100 render out=FOLDER people=10000
#
# FOLDER is one that all nodes see. CPUS: of each part (1). sbatch's own variables say the rest, see man sbatch. A part
# that is killed is queued again, three times at most; SLURM does the same for a node that is lost. What a part had
# written stays. The last job makes up what is missing all the same.
set -euo pipefail

case ${1:-} in
part) # a job of the array
    shift
    code=0
    srun --ntasks=1 "${EMOGAN:-emogan}" "$@" "shard=$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" || code=$?
    if [ "$code" -gt 128 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 3 ]; then
        echo "Part $SLURM_ARRAY_TASK_ID was killed ($code): queued again."
        scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
    fi
    exit "$code"
    ;;
whole) # the last job
    shift
    exec srun --ntasks=1 "${EMOGAN:-emogan}" "$@"
    ;;
esac

if [ $# -lt 3 ] || { [ "$2" != render ] && [ "$2" != balance ]; }; then
    sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
parts=$1
shift
if [ "$1" = render ]; then set -- "$@" "workers=${CPUS:-1}"; fi
common=(--parsable --requeue --open-mode=append --ntasks=1 --cpus-per-task="${CPUS:-1}")
array=$(sbatch "${common[@]}" --job-name="emogan-$1" --output="slurm-%A_%a.out" --array="1-$parts" "$0" part "$@")
last=$(sbatch "${common[@]}" --job-name="emogan-$1-whole" --output="slurm-%j.out" --dependency="afterany:$array" "$0" whole "$@")
echo "Parts 1 to $parts are job $array, the whole is job $last: squeue shows them, slurm-*.out what they say."
