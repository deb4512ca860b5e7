/** Finds the plugins by their folders, `src/plugins/<group>/<id>/plugin.ts`, and loads their definitions. */
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { z } from 'zod';
import type { PluginSchemas } from '../../src/config/pipeline-config.ts';
import { kindOf, PLUGIN_GROUPS, type PluginGroup } from '../../src/config/plugin-groups.ts';
import type { PluginKind } from '../../src/pipeline/plugin.ts';
import type { AnyDefinition } from '../../src/pipeline/registry.ts';

export interface FoundPlugin {
  readonly group: PluginGroup;
  readonly kind: string;
  /** The folder's name. */
  readonly id: string;
  /** `src/plugins/inputs/cpu` */
  readonly folder: string;
  /** The name under which plugin.ts exports the definition. */
  readonly exportName: string;
  readonly summary: string;
  readonly example: string;
  readonly schema: z.ZodObject;
  readonly definition: AnyDefinition<PluginKind, unknown>;
}

/** The plugins in the order of their groups and names; a folder whose plugin can't be loaded is a problem, and left out. */
export async function findPlugins(pluginsFolder: string, root: string): Promise<{ plugins: FoundPlugin[]; problems: string[] }> {
  const plugins: FoundPlugin[] = [];
  const problems: string[] = [];
  for (const group of PLUGIN_GROUPS) {
    for (const id of await pluginFolders(join(pluginsFolder, group))) {
      const folder = join(pluginsFolder, group, id);
      try {
        plugins.push({ ...(await loadPlugin(folder, group, id)), folder: relative(root, folder).replaceAll('\\', '/') });
      } catch (error) {
        problems.push(`${relative(root, folder)}/plugin.ts is left out: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  return { plugins, problems };
}

/** The folders of a group that hold a plugin.ts, sorted; none when there is no such group yet. */
async function pluginFolders(groupFolder: string): Promise<string[]> {
  const entries = await readdir(groupFolder, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.name === 'plugin.ts' && join(entry.parentPath, '..') === groupFolder)
    .map((entry) => relative(groupFolder, entry.parentPath))
    .toSorted((a, b) => (a < b ? -1 : 1));
}

type Definition = AnyDefinition<PluginKind, unknown>;

async function loadPlugin(folder: string, group: PluginGroup, id: string): Promise<Omit<FoundPlugin, 'folder'>> {
  const module: Record<string, unknown> = await import(pathToFileURL(join(folder, 'plugin.ts')).href);
  const found = Object.entries(module).find((entry): entry is [string, Definition] => isDefinition(entry[1]) && entry[1].id === id);
  if (found === undefined) throw new Error(`it exports no definition with the id "${id}", the name of its folder`);
  const [exportName, definition] = found;
  const { kind, summary, example, schema } = definition;
  if (kind !== kindOf(group)) throw new Error(`its kind is ${kind}, but its folder is ${group}`);
  return { group, kind, id, exportName, summary, example, schema, definition };
}

function isDefinition(value: unknown): value is Definition {
  return typeof value === 'object' && value !== null && 'id' in value && 'kind' in value && 'schema' in value && 'example' in value;
}

/** What the configuration needs to know of them. */
export function pluginSchemas(plugins: readonly FoundPlugin[]): PluginSchemas {
  const of = (group: PluginGroup) => new Map(plugins.filter((plugin) => plugin.group === group).map((plugin) => [plugin.id, plugin]));
  return { inputs: of('inputs'), processors: of('processors'), aggregators: of('aggregators'), outputs: of('outputs') };
}
