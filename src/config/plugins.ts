/** Written plugins against the schemas there are: what a pipeline is built of, or what is wrong. */
import type { z } from 'zod';
import { commonOptions } from './common.ts';
import type { Diagnostic } from './diagnostics.ts';
import { quotedName } from './masking.ts';
import { nearestThing } from './nearest-things.ts';
import type { MapNode } from './node.ts';
import type { ConfiguredPlugin, PluginSchemas } from './pipeline-config.ts';
import { kindOf, PLUGIN_GROUPS, type PluginGroup } from './plugin-groups.ts';
import type { WrittenPlugin } from './sections.ts';
import { nearest } from './suggest.ts';
import { ignoredOptions, swallowedOptions } from './telegraf-options.ts';
import { isTelegrafPlugin } from './telegraf-plugins.ts';
import { checkPart, keyLocation, optionsWithoutEffect, type Part, type Problem } from './validate.ts';

type CommonOf<Group extends PluginGroup> = z.output<(typeof commonOptions)[Group]>;

/** Where a check puts what it finds. */
export interface Findings {
  readonly problems: Problem[];
  readonly warnings: Diagnostic[];
}

/** A plugin's own options and those the runner understands on every plugin of its kind; of the same name, its own. */
export function fullSchema(group: PluginGroup, own: z.ZodObject): z.ZodObject {
  const common = Object.entries(commonOptions[group].shape).filter(([name]) => !Object.hasOwn(own.shape, name));
  return own.safeExtend(Object.fromEntries(common));
}

/** The plugins of one group that are right; the rest is in `findings`. */
export function checkPlugins<Group extends PluginGroup>(
  group: Group,
  written: readonly WrittenPlugin[],
  schemas: PluginSchemas,
  findings: Findings,
): ConfiguredPlugin<CommonOf<Group>>[] {
  return written
    .filter((plugin) => plugin.group === group)
    .flatMap((plugin) => {
      const own = schemas[group].get(plugin.id)?.schema;
      if (own === undefined) {
        findings.problems.push({ diagnostic: unknownPlugin(plugin, schemas), absent: false });
        return [];
      }
      const options = checkOptions(plugin, own, findings);
      if (options === undefined) return [];
      const part = partOf(plugin);
      // The schema that gave the options holds the common ones of this group: `fullSchema`.
      return [
        {
          id: plugin.id,
          options: options as CommonOf<Group> & Record<string, unknown>,
          location: plugin.location,
          locate: (path) => keyLocation(part, path),
        },
      ];
    });
}

function partOf(plugin: WrittenPlugin): Part {
  return { subject: `${plugin.group}.${plugin.id}`, node: plugin.options, location: plugin.location };
}

function checkOptions(plugin: WrittenPlugin, own: z.ZodObject, findings: Findings): Record<string, unknown> | undefined {
  const schema = fullSchema(plugin.group, own);
  const part = partOf(plugin);
  const node =
    plugin.format === 'toml'
      ? asTelegrafReadsIt(asReadHere(plugin, part, findings.warnings), own, schema, findings.warnings)
      : plugin.options;
  findings.warnings.push(...optionsWithoutEffect(schema, { ...part, node }));
  const checked = checkPart(schema, { ...part, node });
  if ('value' in checked) return checked.value;
  findings.problems.push(...checked.problems);
  return undefined;
}

/** The part without what a plugin that is written as another does not need. */
function asReadHere({ group, writtenAs }: WrittenPlugin, part: Part, warnings: Diagnostic[]): Part {
  if (writtenAs === undefined) return part;
  const { id, message, leftOut } = writtenAs;
  warnings.push({ location: part.location, subject: `${group}.${id}`, message });
  const entries = new Map([...part.node.entries].filter(([key]) => !leftOut.has(key)));
  return { ...part, node: { ...part.node, entries } };
}

/** The options without those that Telegraf ignores without a word, so that its files mean the same here; each gets a warning. */
function asTelegrafReadsIt(part: Part, own: z.ZodObject, schema: z.ZodObject, warnings: Diagnostic[]): MapNode {
  const entries = new Map(part.node.entries);
  for (const [key, why] of ignoredOptions(part.node, own, schema)) {
    warnings.push({ location: keyLocation(part, [key]), subject: part.subject, message: `"${key}" ${why}` });
    entries.delete(key);
  }
  warnings.push(...swallowedOptions(part, schema));
  return { ...part.node, entries };
}

function unknownPlugin({ group, id, location }: WrittenPlugin, schemas: PluginSchemas): Diagnostic {
  const meant = nearest(id, schemas[group].keys());
  if (isTelegrafPlugin(group, id)) {
    const message = `Telegraf has the ${kindOf(group)} "${id}", Wattbridge does not (yet)`;
    const byName = meant === undefined ? LIST_HINT : `the nearest there is: "${meant}"`;
    return { location, subject: `${group}.${id}`, message, hint: nearestThing(group, id, schemas) ?? byName };
  }
  const elsewhere = PLUGIN_GROUPS.find((other) => schemas[other].has(id));
  const otherwise = elsewhere === undefined ? LIST_HINT : `there is one under ${elsewhere}`;
  const hint = meant === undefined ? otherwise : `did you mean "${meant}"?`;
  return { location, subject: group, message: `there is no ${kindOf(group)} ${quotedName(id)}`, hint };
}

const LIST_HINT = '`wattbridge plugins` lists what there is';
