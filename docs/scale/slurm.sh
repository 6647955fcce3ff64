#!/bin/sh
# A Slurm array: every task is one shard, and a last job merges.
#
#   job=$(sbatch --parsable docs/scale/slurm.sh check.c --runs 1000000000)
#   sbatch --dependency="afterany:$job" --wrap 'foliofence merge shards/shard-*.json'
#
#SBATCH --job-name=foliofence
#SBATCH --array=1-64
#SBATCH --cpus-per-task=4
#SBATCH --time=01:00:00
#SBATCH --signal=INT@60
#SBATCH --requeue
set -eu
shard=$SLURM_ARRAY_TASK_ID
mkdir -p shards

# A minute before its time is up a task is sent SIGINT and saves how far it came; put into the queue again, it goes on.
resume=
[ -e "shards/scripts-$shard/foliofence-resume.json" ] && resume=--resume
code=0
srun foliofence judge "$@" $resume --jobs "$SLURM_CPUS_PER_TASK" --shard "$shard/$SLURM_ARRAY_TASK_COUNT" \
  --out "shards/scripts-$shard" --json >"shards/shard-$shard.part" || code=$?
case $code in
0 | 1) mv "shards/shard-$shard.part" "shards/shard-$shard.json" ;;
130 | 143) scontrol requeue "${SLURM_ARRAY_JOB_ID}_$shard" ;;
*) exit "$code" ;;
esac
