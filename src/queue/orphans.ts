/** What becomes of queues whose output is not in the configuration any more. */

/** An output that a store knows, by name, and how many payloads wait for it. */
export interface StoredOutput {
  readonly name: string;
  readonly payloads: number;
  readonly points: number;
}

export interface Orphans {
  /** Outputs that were renamed, as far as anybody can tell: the new one takes over the queue of the old one. */
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
  /** Kept as they are; somebody has to decide. */
  readonly kept: readonly StoredOutput[];
}

/**
 * Compares what the file knows with what is configured. An output counts as renamed when it is the only one of its plugin that is gone
 * with payloads waiting, and one of that plugin, and only one, is new.
 */
export function findOrphans(stored: readonly StoredOutput[], configured: readonly string[]): Orphans {
  const names = new Set(stored.map(({ name }) => name));
  const orphans = stored.filter(({ name, payloads }) => payloads > 0 && !configured.includes(name));
  const added = configured.filter((name) => !names.has(name));
  const renamed: { from: string; to: string }[] = [];
  const kept: StoredOutput[] = [];
  for (const orphan of orphans) {
    const isOfPlugin = (name: string): boolean => pluginOf(name) === pluginOf(orphan.name);
    const candidates = added.filter(isOfPlugin);
    const isOnly = orphans.filter(({ name }) => isOfPlugin(name)).length === 1;
    if (isOnly && candidates.length === 1) renamed.push({ from: orphan.name, to: candidates[0] });
    else kept.push(orphan);
  }
  return { renamed, kept };
}

/** What an operator is told of a queue that was renamed. */
export function renamedText({ from, to }: { readonly from: string; readonly to: string }): string {
  return `${to} takes over the queue of ${from}, which is not in the configuration any more`;
}

/** What an operator is told of a queue that nobody empties. */
export function keptText({ name, points }: StoredOutput): string {
  return `${points} points wait for ${name}, which is not in the configuration; they are kept: give an output that name (alias) again`;
}

/** The plugin in an output's name: `outputs.influxdb` of `outputs.influxdb::alias` and `outputs.influxdb#2`. */
export function pluginOf(name: string): string {
  return name.split(/::|#/, 1)[0];
}
