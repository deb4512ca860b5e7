import { z } from 'zod';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import type { State } from '../../../queue/store.ts';

const SavedOffset = z.object({ inode: z.string(), offset: z.number() });
/** How far a file was read, in bytes: the inode tells whether it is still the same. */
export type SavedOffset = Readonly<z.output<typeof SavedOffset>>;

/** The saved offsets by path. They are set after the lines were delivered: a crash in between delivers some again, and loses none. */
export function openOffsets(context: PluginContext): State<SavedOffset> {
  return context.state<SavedOffset>({ name: 'offsets', version: 1, encode: (value) => JSON.stringify(value), decode });
}

/** Undefined for what is no saved offset, and no JSON at all. */
function decode(text: string): SavedOffset | undefined {
  try {
    return SavedOffset.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // the contract of a state: damaged text starts afresh and is counted
  }
}
