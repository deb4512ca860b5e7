/** What the targets of the scrape benchmark expose: families of gauges, counters and histograms as node_exporter has them, some 90 bytes a sample. */
const MODES = ['idle', 'iowait', 'irq', 'nice', 'softirq', 'steal', 'system', 'user'];
const BOUNDS = ['0.001', '0.01', '0.1', '1', '10', '100', '1000', '+Inf'];
const PER_GROUP = MODES.length + BOUNDS.length + 4;

/** The body of a target's scrape, `series` samples long: two thirds of the values differ from those of the scrape before. */
export function exposition(target: number, series: number, scrape: number): string {
  const lines: string[] = [];
  for (let group = 0; lines.length < series * 1.25; group++) addGroup(lines, group, target, scrape);
  return `${cut(lines, series).join('\n')}\n`;
}

function addGroup(lines: string[], group: number, target: number, scrape: number): void {
  const seed = group * PER_GROUP + target;
  lines.push(
    `# HELP node_cpu_${group}_seconds_total Seconds the CPUs spent in each mode.`,
    `# TYPE node_cpu_${group}_seconds_total counter`,
  );
  for (const [at, mode] of MODES.entries()) {
    lines.push(`node_cpu_${group}_seconds_total{cpu="${group % 64}",mode="${mode}"} ${(seed * 1000 + at + scrape * 0.37).toFixed(2)}`);
  }
  lines.push(`# TYPE http_${group}_duration_seconds histogram`);
  for (const [at, bound] of BOUNDS.entries()) {
    lines.push(`http_${group}_duration_seconds_bucket{handler="/api/v1/query",code="200",le="${bound}"} ${seed + at + scrape * (at + 1)}`);
  }
  lines.push(`http_${group}_duration_seconds_sum{handler="/api/v1/query",code="200"} ${(seed + scrape * 0.0123).toFixed(6)}`);
  lines.push(`http_${group}_duration_seconds_count{handler="/api/v1/query",code="200"} ${seed + scrape * 8}`);
  lines.push(`# TYPE node_filesystem_${group}_avail_bytes gauge`);
  lines.push(`node_filesystem_${group}_avail_bytes{device="/dev/sda${group}",fstype="ext4",mountpoint="/data/${group}"} 1.${seed}e+11`);
  lines.push(`node_filesystem_${group}_readonly{device="/dev/sda${group}",fstype="ext4",mountpoint="/data/${group}"} 0`);
}

/** The lines up to the last sample that counts. */
function cut(lines: readonly string[], series: number): string[] {
  const kept: string[] = [];
  let samples = 0;
  for (const line of lines) {
    if (samples === series) break;
    kept.push(line);
    if (!line.startsWith('#')) samples++;
  }
  return kept;
}
