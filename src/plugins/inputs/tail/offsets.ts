import type { PluginContext } from '../../../pipeline/plugin.ts';
import type { State } from '../../../queue/store.ts';

/** How far a file was read: the inode tells whether it is still the same. */
export interface SavedOffset {
  readonly inode: string;
  readonly offset: number;
}

/** The saved offsets by path. They are set after the lines were delivered: a crash in between delivers some again, and loses none. */
export function openOffsets(context: PluginContext): State<SavedOffset> {
  return context.state<SavedOffset>({ name: 'offsets', version: 1, encode: (value) => JSON.stringify(value), decode });
}

function decode(text: string): SavedOffset | undefined {
  const value = JSON.parse(text) as Partial<SavedOffset>;
  const { inode, offset } = value;
  return typeof inode === 'string' && typeof offset === 'number' ? { inode, offset } : undefined;
}
