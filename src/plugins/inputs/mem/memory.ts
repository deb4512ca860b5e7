/** How the memory is used, from `/proc/meminfo`. */
import { fieldsOf, floatField, uintField } from '../../shared/fields.ts';
import type { NewField } from '../../shared/make-point.ts';
import { parseMeminfo, type Meminfo } from '../../shared/meminfo.ts';

/** Telegraf's fields and the kernel's names of them; `cached`, `used` and `available` are not the kernel's alone. */
const FIELDS = {
  total: 'MemTotal',
  free: 'MemFree',
  active: 'Active',
  inactive: 'Inactive',
  buffered: 'Buffers',
  commit_limit: 'CommitLimit',
  committed_as: 'Committed_AS',
  dirty: 'Dirty',
  high_free: 'HighFree',
  high_total: 'HighTotal',
  huge_pages_free: 'HugePages_Free',
  huge_page_size: 'Hugepagesize',
  huge_pages_total: 'HugePages_Total',
  low_free: 'LowFree',
  low_total: 'LowTotal',
  mapped: 'Mapped',
  page_tables: 'PageTables',
  shared: 'Shmem',
  slab: 'Slab',
  sreclaimable: 'SReclaimable',
  sunreclaim: 'SUnreclaim',
  swap_cached: 'SwapCached',
  swap_free: 'SwapFree',
  swap_total: 'SwapTotal',
  vmalloc_chunk: 'VmallocChunk',
  vmalloc_total: 'VmallocTotal',
  vmalloc_used: 'VmallocUsed',
  write_back: 'Writeback',
  write_back_tmp: 'WritebackTmp',
} as const;

/** Those of `collect_extended`. */
const EXTENDED = {
  active_file: 'Active(file)',
  inactive_file: 'Inactive(file)',
  active_anon: 'Active(anon)',
  inactive_anon: 'Inactive(anon)',
  unevictable: 'Unevictable',
  percpu: 'Percpu',
} as const;

/** The fields of the point. Throws when the text says nothing of the memory. */
export function memoryFields(text: string, isExtended: boolean): NewField[] {
  const meminfo = parseMeminfo(text);
  const total = meminfo('MemTotal');
  if (total === 0n) throw new Error('it names no MemTotal');
  const available = availableBytes(meminfo);
  // More than there is happens in containers whose files are made up. Telegraf's difference wraps around there.
  const used = available > total ? 0n : total - available;
  const names = isExtended ? { ...FIELDS, ...EXTENDED } : FIELDS;
  const amounts = Object.fromEntries(Object.entries(names).map(([field, name]) => [field, meminfo(name)]));
  return [
    ...fieldsOf(uintField, { ...amounts, cached: cachedBytes(meminfo), available, used }),
    floatField('used_percent', (100 * Number(used)) / Number(total)),
    floatField('available_percent', (100 * Number(available)) / Number(total)),
  ];
}

/** As `free` counts: what the kernel can give back of its own is cache. */
function cachedBytes(meminfo: Meminfo): bigint {
  return meminfo('Cached') + meminfo('SReclaimable');
}

/** Every kernel since 3.14 says it; made-up files may not. */
function availableBytes(meminfo: Meminfo): bigint {
  return meminfo('MemAvailable') || meminfo('MemFree') + cachedBytes(meminfo);
}
