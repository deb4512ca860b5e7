#!/bin/bash
# Runs the real Scaphandre over a made-up powercap tree, for machines that have no RAPL.
#   scaphandre.sh install              builds Scaphandre 1.0.0 from crates.io with cargo (about 2 minutes on 2 cores)
#   scaphandre.sh serve PORT [DIR]     serves http://127.0.0.1:PORT/metrics until ended; two packages of about 40 and 50 W,
#                                      a QEMU-like VM (vm-web) and nginx-like workers that burn CPU, come and go; DIR (default: a
#                                      temporary folder) gets truth.csv: time_ns,package-0,dram-0,package-1,dram-1 in uJ
# Needs root (private mount and pid namespaces), gcc, cargo. Package 1's counter wraps after about 40 s. Nothing outside
# its namespaces changes; when the script ends, all that it started ends.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/wattbridge-lab}
case "${1:-}" in
install)
    mkdir -p "$cache"
    [ -x "$cache/bin/scaphandre" ] || cargo install scaphandre --version 1.0.0 --locked --no-default-features --features prometheus,json --root "$cache" \
        || cargo install scaphandre --version 1.0.0 --no-default-features --features prometheus,json --root "$cache"
    gcc -shared -fPIC -O1 -o "$cache/proc-modules.so" "$here/proc-modules.c" -ldl
    gcc -O1 -x c -o "$cache/burn" - <<'C'
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
/* burns the fraction of one core given as its last argument */
int main(int argc, char **argv) {
    double share = atof(argv[argc - 1]);
    struct timespec a, b;
    for (;;) {
        clock_gettime(CLOCK_MONOTONIC, &a);
        do clock_gettime(CLOCK_MONOTONIC, &b);
        while ((b.tv_sec - a.tv_sec) + (b.tv_nsec - a.tv_nsec) * 1e-9 < share * 0.1);
        usleep((1 - share) * 1e5);
    }
}
C
    ;;
serve)
    dir=${3:-$(mktemp -d)}
    mkdir -p "$dir"
    unshare --mount --pid --fork --kill-child --mount-proc "$0" inside "$2" "$dir" &
    namespace=$!
    trap 'kill -9 $namespace 2>/dev/null' EXIT # unshare ignores SIGTERM; its death takes the namespace along
    trap 'exit 0' TERM INT
    wait $namespace
    ;;
inside)
    port=$2 dir=$3
    mount -t tmpfs tmpfs /sys/class
    zones=/sys/class/powercap
    range=262143328850
    zone() { mkdir -p "$zones/$1"; echo "$2" >"$zones/$1/name"; echo $range >"$zones/$1/max_energy_range_uj"; echo "$3" >"$zones/$1/energy_uj"; }
    mkdir -p "$zones/intel-rapl"
    p0=1000000000 p1=$((range - 40 * 45000000)) d0=200000000 d1=210000000
    zone intel-rapl:0 package-0 $p0; zone intel-rapl:0:0 dram $d0
    zone intel-rapl:1 package-1 $p1; zone intel-rapl:1:0 dram $d1
    printf 'intel_rapl_common 40960 2 intel_rapl_msr, Live 0x0\nintel_rapl_msr 20480 0 - Live 0x0\n' >"$dir/modules"
    (
        while sleep 0.1; do
            p0=$(((p0 + 3800000 + RANDOM * 15) % range)) p1=$(((p1 + 4700000 + RANDOM * 15) % range))
            d0=$((d0 + 500000)) d1=$((d1 + 450000))
            echo $p0 >$zones/intel-rapl:0/energy_uj; echo $d0 >$zones/intel-rapl:0:0/energy_uj
            echo $p1 >$zones/intel-rapl:1/energy_uj; echo $d1 >$zones/intel-rapl:1:0/energy_uj
            echo "$(date +%s%N),$p0,$d0,$p1,$d1" >>"$dir/truth.csv"
        done
    ) &
    mkdir -p "$dir/bin"
    cp "$cache/burn" "$dir/bin/qemu-system-x86_64"; cp "$cache/burn" "$dir/bin/nginx"
    "$dir/bin/qemu-system-x86_64" -name guest=vm-web,debug-threads=on -m 4096 0.3 &
    "$dir/bin/nginx" 'worker "quoted" <script>alert(1)</script> \back {a="b"} é' 0.1 &
    # Services come and go: one worker is there from the beginning until second 60, another from second 80 on. In a shell of their
    # own that outlives them: Scaphandre, which becomes process 1, buries nobody, and goes on calling a process by its first name.
    (
        "$dir/bin/nginx" 'worker that ends' 0.15 &
        sleep 60
        kill -9 $! # unshare's children ignore SIGTERM
        wait $! || sleep 20
        "$dir/bin/nginx" 'worker that comes later' 0.15 &
        wait
    ) &
    LAB_MODULES="$dir/modules" LD_PRELOAD="$cache/proc-modules.so" exec "$cache/bin/scaphandre" prometheus --address 127.0.0.1 --port "$port" --qemu
    ;;
*) sed -n '2,9p' "$0"; exit 2 ;;
esac
