/** How full a file system is. */
import type { BigIntStatsFs } from 'node:fs';
import { fieldsOf, floatField, uintField } from '../../shared/fields.ts';
import type { NewField } from '../../shared/make-point.ts';

/** Telegraf's fields. The percentage is of what users may use, as `df` has it: what is kept for root counts neither way. */
export function usageFields({ bsize, blocks, bfree, bavail, files, ffree }: BigIntStatsFs): NewField[] {
  const used = (blocks - bfree) * bsize;
  const free = bavail * bsize;
  const inodesUsed = files < ffree ? 0n : files - ffree;
  return [
    ...fieldsOf(uintField, { total: blocks * bsize, free, used, inodes_total: files, inodes_free: ffree, inodes_used: inodesUsed }),
    floatField('used_percent', percent(used, free)),
    floatField('inodes_used_percent', percent(inodesUsed, ffree)),
  ];
}

function percent(used: bigint, free: bigint): number {
  return used + free === 0n ? 0 : (Number(used) / (Number(used) + Number(free))) * 100;
}
