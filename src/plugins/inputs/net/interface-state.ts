import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Of the kernel's `include/uapi/linux/if.h`. */
const IFF_UP = 0x1;
const IFF_LOOPBACK = 0x8;

/** Whether an interface is up and not the loopback; an interface that `/sys` says nothing of is what its name says. */
export async function isInUse(sys: string, name: string): Promise<boolean> {
  const flags = Number(await attribute(sys, name, 'flags'));
  if (!Number.isInteger(flags)) return name !== 'lo';
  return (flags & IFF_UP) !== 0 && (flags & IFF_LOOPBACK) === 0;
}

/** Mbit/s; -1, as in Telegraf, where the kernel does not tell: virtual interfaces, and those without a cable. */
export async function speedOf(sys: string, name: string): Promise<number> {
  const text = await attribute(sys, name, 'speed');
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : -1;
}

/** Undefined when it can't be read: not there, or EINVAL, which is how a driver says that it does not know. */
async function attribute(sys: string, name: string, file: string): Promise<string | undefined> {
  try {
    return (await readFile(join(sys, 'class/net', name, file), 'utf8')).trim();
  } catch {
    return undefined;
  }
}
