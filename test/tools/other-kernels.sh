#!/bin/sh
# Boots Debian's own kernels under qemu-system (software emulation, no KVM needed) and compares the models with them.
#
#   test/tools/other-kernels.sh [-n OPS] [-s SEED] [-r TRACES] [-k KINDS] [-o DIR] [-a SUITE] PACKAGE...
#
#   test/tools/other-kernels.sh -n 20000 linux-image-6.1.0-56-cloud-amd64 linux-image-6.12.117+deb12-cloud-amd64
#   test/tools/other-kernels.sh -a trixie-backports linux-image-6.17.13+deb13-cloud-amd64
#
# A package is downloaded, never installed: from this machine's sources, or with -a from a suite of Debian's archive. The guest
# has node, this project built and three of its dependencies in an initramfs, and runs `conform` as its only process; traces
# and the report come back over a serial line. With -r, the first TRACES cases on files and on mapping levels go to DIR; with -k, only
# these kinds of case are run ("mapping", or "mapping,abstract_store").
# Needs: apt, dpkg-deb, qemu-system-x86_64, node.
set -eu

ops=20000 seed=1 traces=0 out=. suite= kinds=
while getopts n:s:r:k:o:a: flag; do
  case $flag in
    n) ops=$OPTARG ;;
    s) seed=$OPTARG ;;
    r) traces=$OPTARG ;;
    k) kinds=$OPTARG ;;
    o) out=$OPTARG ;;
    a) suite=$OPTARG ;;
    *) exit 2 ;;
  esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || { sed -n '2,15s/^# \{0,1\}//p' "$0"; exit 2; }
for tool in apt-get dpkg-deb qemu-system-x86_64 node; do
  command -v "$tool" >/dev/null || { echo "other-kernels: $tool is not installed" >&2; exit 3; }
done

top=$(cd "$(dirname "$0")/../.." && pwd)
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

# What apt keeps about another suite stays in our own folder.
apt() {
  if [ -z "$suite" ]; then
    apt-get "$@"
  else
    apt-get -o Dir::Etc::sourcelist="$work/apt/sources.list" -o Dir::Etc::sourceparts=- \
      -o Dir::State::lists="$work/apt/lists" -o Dir::Cache="$work/apt/cache" "$@"
  fi
}
if [ -n "$suite" ]; then
  mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $suite main" \
    >"$work/apt/sources.list"
  apt update >/dev/null
fi

root=$work/root
mkdir -p "$root/bin" "$root/proc" "$root/sys" "$root/tmp" "$root/project/node_modules/@koromix"
node=$(readlink -f "$(command -v node)")
cp "$node" "$root/bin/node"
ldd "$node" | grep -o '/[^ ]*' | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
"$top/node_modules/.bin/tsc" -p "$top/tsconfig.build.json" --outDir "$root/project" --declaration false || [ -f "$root/project/props/conform/conform.js" ]
cp "$top/package.json" "$root/project/"
for package in koffi fast-check pure-rand bigint-buffer @koromix/koffi-linux-x64; do
  cp -r "$top/node_modules/$package" "$root/project/node_modules/$package"
done

cp "$top/test/tools/guest-init.cjs" "$root/init"
list=$(printf %s "$kinds" | sed 's/[^,][^,]*/"&"/g')
printf '{"ops":%s,"seed":%s,"traces":%s,"kinds":[%s]}' "$ops" "$seed" "$traces" "$list" >"$root/arguments.json"
chmod +x "$root/init"

status=0
for package in "$@"; do
  version=${package#linux-image-}
  (
    cd "$work"
    rm -f ./*.deb
    apt download "$package" >/dev/null 2>&1
    # Since 6.19 Debian's image package only names the two that hold the kernel and its modules.
    for part in binary modules; do apt download "linux-$part-$version" >/dev/null 2>&1 || true; done
  )
  rm -rf "$work/image" "$root/modules"
  mkdir "$root/modules"
  for archive in "$work"/*.deb; do dpkg-deb -x "$archive" "$work/image"; done
  for module in irqbypass kvm kvm-amd; do
    for found in $(find "$work/image" -name "$module.ko*"); do
      case $found in
        *.xz) xz -dc "$found" >"$root/modules/$module.ko" ;;
        *) cp "$found" "$root/modules/" ;;
      esac
    done
  done
  node "$top/test/tools/initramfs.mjs" "$root" "$work/initramfs"
  : >"$work/answer"
  qemu-system-x86_64 -accel tcg -cpu max -m 3G -nographic -no-reboot -nic none \
    -kernel "$(find "$work/image" -type f -name 'vmlinuz*')" -initrd "$work/initramfs" \
    -append "console=ttyS0 quiet panic=-1 hugepages=6" \
    -chardev "file,id=answer,path=$work/answer" -serial mon:stdio -serial chardev:answer \
    </dev/null >"$work/console" 2>&1 || true
  grep '"escape"' "$work/answer" || true
  if ! grep '"report"' "$work/answer"; then
    echo "other-kernels: $version gave no report; the end of its console:" >&2
    tail -n 15 "$work/console" >&2
    status=1
    continue
  fi
  grep -q '"disagreements":\[\]' "$work/answer" || status=5
  [ "$traces" -eq 0 ] && continue
  # What a VM may do depends on the host, so of the others no trace says something elsewhere.
  for kind in shmem shmem2 mapping; do
    tr -d '\r' <"$work/answer" | grep "\"family\":\"$kind\",\"steps\"" >"$out/$kind-$version.jsonl" || rm -f "$out/$kind-$version.jsonl"
  done
done
exit $status
