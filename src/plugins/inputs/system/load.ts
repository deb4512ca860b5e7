/** Load and uptime, from `/proc/loadavg` and `/proc/uptime` (proc_loadavg(5), proc_uptime(5)). */
import { fieldsOf, floatField } from '../../shared/fields.ts';
import type { NewField } from '../../shared/make-point.ts';

/** Processes that ran or waited for a disk, on average over 1, 5 and 15 minutes. Throws for another text. */
export function loadFields(loadavg: string): NewField[] {
  const [load1, load5, load15] = loadavg.trim().split(' ').map(Number);
  if (![load1, load5, load15].every(Number.isFinite)) throw new Error(`this is no load: ${JSON.stringify(loadavg)}`);
  return fieldsOf(floatField, { load1, load5, load15 });
}

/** Seconds since boot, a begun one counted whole, as the call `sysinfo` does that Telegraf asks. Throws for another text. */
export function uptimeSeconds(uptime: string): number {
  const seconds = Number.parseFloat(uptime);
  if (Number.isFinite(seconds)) return Math.ceil(seconds);
  throw new Error(`this is no uptime: ${JSON.stringify(uptime)}`);
}

/** As people read it: ` 0:14`, `1 day,  3:05`, `2 days, 13:00`. */
export function uptimeText(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const hours = String(Math.floor(seconds / 3600) % 24).padStart(2);
  const minutes = String(Math.floor(seconds / 60) % 60).padStart(2, '0');
  const clock = `${hours}:${minutes}`;
  if (days === 0) return clock;
  return `${days} day${days > 1 ? 's' : ''}, ${clock}`;
}
