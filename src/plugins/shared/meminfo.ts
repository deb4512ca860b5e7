/** `/proc/meminfo`, which says how the memory is used (proc_meminfo(5)). */

/** What stands under a name, in bytes (pages of `HugePages_…` as they are); 0n where it is not. */
export type Meminfo = (name: string) => bigint;

const LINE = /^([^:\n]+):\s*(\d+)( kB)?\s*$/gm;
const KIB = 1024n;

/** Reads the file's text; lines that are no amount are left out. */
export function parseMeminfo(text: string): Meminfo {
  const amounts = new Map(
    Array.from(text.matchAll(LINE), ([, name, amount, isKib]) => [name.trim(), BigInt(amount) * (isKib === undefined ? 1n : KIB)]),
  );
  return (name) => amounts.get(name) ?? 0n;
}
