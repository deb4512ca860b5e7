/** The source of `src/plugins/registry.generated.ts`: static imports, so that bundlers and readers can follow them. */
import { kindOf, PLUGIN_GROUPS, type PluginGroup } from '../../src/config/plugin-groups.ts';
import type { FoundPlugin } from './plugins.ts';

export function registrySource(plugins: readonly FoundPlugin[]): string {
  const maps = PLUGIN_GROUPS.map((group) => {
    const entries = plugins.filter((plugin) => plugin.group === group).map((plugin) => `\n    ['${plugin.id}', ${localName(plugin)}],`);
    return `  ${group}: new Map<string, ${entryType(group)}>([${entries.join('')}${entries.length === 0 ? '' : '\n  '}]),`;
  });
  return [
    '// Written by `npm run gen` from the folders beside it. Do not edit.',
    "import type { AggregatorDefinition, InputDefinition, OutputDefinition, ProcessorDefinition, Registry } from '../pipeline/registry.ts';",
    ...plugins.map((plugin) => `import { ${plugin.exportName} as ${localName(plugin)} } from './${plugin.group}/${plugin.id}/plugin.ts';`),
    '',
    '/** All plugins there are. */',
    'export const registry: Registry = {',
    ...maps,
    '};',
    '',
  ].join('\n');
}

/** `fileInput` and `fileOutput`: the same name may stand in several groups. */
function localName({ exportName, kind }: FoundPlugin): string {
  return `${exportName}${capitalised(kind)}`;
}

function entryType(group: PluginGroup): string {
  return `${capitalised(kindOf(group))}Definition`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
