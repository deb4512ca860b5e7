/** How the swap space is used, from `/proc/meminfo` and `/proc/vmstat`. */
import { fieldsOf, floatField, uintField } from '../../shared/fields.ts';
import type { NewField } from '../../shared/make-point.ts';
import { parseMeminfo } from '../../shared/meminfo.ts';

/** What Telegraf takes a page for, on any machine. */
const PAGE_BYTES = 4096n;

/** The space there is and what is used of it. */
export function swapSpace(meminfoText: string): NewField[] {
  const meminfo = parseMeminfo(meminfoText);
  const [total, free] = [meminfo('SwapTotal'), meminfo('SwapFree')];
  const used = total - free;
  const usedPercent = total === 0n ? 0 : (Number(used) / Number(total)) * 100;
  return [...fieldsOf(uintField, { total, used, free }), floatField('used_percent', usedPercent)];
}

/** Bytes brought in and out since boot. */
export function swapTraffic(vmstat: string): NewField[] {
  return fieldsOf(uintField, { in: pages(vmstat, 'pswpin') * PAGE_BYTES, out: pages(vmstat, 'pswpout') * PAGE_BYTES });
}

function pages(vmstat: string, name: string): bigint {
  const match = new RegExp(`^${name} (\\d+)$`, 'm').exec(vmstat);
  return match === null ? 0n : BigInt(match[1]);
}
