/** The groups under which a configuration lists its plugins, in the order in which points meet them. */
export const PLUGIN_GROUPS = ['inputs', 'processors', 'aggregators', 'outputs'] as const;
export type PluginGroup = (typeof PLUGIN_GROUPS)[number];

const KINDS = { inputs: 'input', processors: 'processor', aggregators: 'aggregator', outputs: 'output' } as const;

/** What one plugin of a group is: an `input`, a `processor`, … */
export function kindOf(group: PluginGroup): (typeof KINDS)[PluginGroup] {
  return KINDS[group];
}

/** Whether a text names a group. */
export function isPluginGroup(text: string): text is PluginGroup {
  return (PLUGIN_GROUPS as readonly string[]).includes(text);
}
