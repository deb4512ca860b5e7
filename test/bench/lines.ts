/**
 * The load of the benchmarks: what 50 hypervisors' Telegraf sends, 39 series a host (1,950 in all), some 240 bytes a line, the
 * fields of every line in another order, as real Telegraf sends them. Seeded, so that every run sees the same bytes.
 */
const HOSTS = 50;
const CPUS = 17;
const INTERFACES = 4;
const CORES = 16;
/** Long ago: remote write leaves out what lies ahead of the clock. */
const START_SECONDS = 1_700_000_000;
const INTERVAL_SECONDS = 10;

const CPU_FIELDS = ['user', 'system', 'idle', 'nice', 'iowait', 'irq', 'softirq', 'steal', 'guest', 'guest_nice'];
const NET_FIELDS = ['bytes_sent', 'bytes_recv', 'packets_sent', 'packets_recv', 'err_in', 'err_out', 'drop_in', 'drop_out', 'speed'];

/** Yields `count` lines in posts of `perPost` lines each. */
export function* posts(count: number, perPost: number): Generator<Buffer> {
  let lines: string[] = [];
  let made = 0;
  for (const line of allLines()) {
    lines.push(line);
    made++;
    if (lines.length === perPost || made === count) {
      yield Buffer.from(`${lines.join('\n')}\n`);
      lines = [];
    }
    if (made === count) return;
  }
}

function* allLines(): Generator<string> {
  const random = seeded(20261122);
  for (let round = 0; ; round++) {
    const time = `${START_SECONDS + round * INTERVAL_SECONDS}000000000`;
    for (let host = 0; host < HOSTS; host++) yield* hostLines(host, round, time, random);
  }
}

function* hostLines(host: number, round: number, time: string, random: () => number): Generator<string> {
  const tags = `host=kvm-${host}.cluster.univ-pau.example,site=pau`;
  for (let cpu = 0; cpu < CPUS; cpu++) {
    const fields = CPU_FIELDS.map((field, at) => `usage_${field}=${at > 5 ? 0 : random() * 50}`);
    yield `cpu,cpu=cpu${cpu === CPUS - 1 ? '-total' : cpu},${tags} ${shuffled(fields, random).join(',')} ${time}`;
  }
  for (let at = 0; at < INTERFACES; at++) {
    const fields = NET_FIELDS.map((field, index) => `${field}=${Math.floor((index + 1) * 1e6 + round * 1e5 + at)}i`);
    yield `net,${tags},interface=eno${at} ${shuffled(fields, random).join(',')} ${time}`;
  }
  for (let id = 0; id < 2; id++) {
    const key = `powerstat_package,${tags},package_id=${id}`;
    yield `${key} current_power_consumption_watts=${(40 + random() * 60).toFixed(2)} ${time}`;
    yield `${key} current_dram_power_consumption_watts=${(4 + random() * 6).toFixed(2)} ${time}`;
    yield `${key} thermal_design_power_watts=120 ${time}`;
  }
  for (let core = 0; core < CORES; core++) {
    const fields = [
      `cpu_frequency_mhz=${(1200 + random() * 2000).toFixed(2)}`,
      `cpu_temperature_celsius=${40 + Math.floor(random() * 40)}i`,
      `cpu_c0_state_residency_percent=${(random() * 100).toFixed(2)}`,
      `cpu_c6_state_residency_percent=${(random() * 100).toFixed(2)}`,
    ];
    yield `powerstat_core,core_id=${core},cpu_id=${core},${tags},package_id=${core & 1} ${shuffled(fields, random).join(',')} ${time}`;
  }
}

function shuffled(items: string[], random: () => number): string[] {
  for (let at = items.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [items[at], items[other]] = [items[other], items[at]];
  }
  return items;
}

/** Mulberry32: small, fast, and the same numbers everywhere. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
