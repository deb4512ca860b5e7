/** How changed entries of state travel and lie on the disk: as JSON, by stage. */

/** A stage's name, the version of its encoding, and its changed entries; null: the entry is gone. */
export type StageChanges = readonly [name: string, version: number, entries: readonly (readonly [key: string, text: string | null])[]];

export function encodeChanges(changes: readonly StageChanges[]): string {
  return changes.length === 0 ? '' : JSON.stringify(changes);
}

/** What `encodeChanges` wrote; its checksum has been looked at. */
export function decodeChanges(text: string): readonly StageChanges[] {
  return JSON.parse(text) as readonly StageChanges[];
}
