/** Options that mean something else in a `telegraf.conf` than they seem to. */
import type { z } from 'zod';
import { acceptedAnywhere } from './common.ts';
import type { Diagnostic } from './diagnostics.ts';
import type { MapNode } from './node.ts';
import { keysAt } from './schema-walk.ts';
import { keyLocation, type Part } from './validate.ts';

const STRING_OPTIONS = new Set([
  'alias',
  'name_override',
  'name_prefix',
  'name_suffix',
  'interval',
  'precision',
  'collection_jitter',
  'collection_offset',
  'flush_interval',
  'flush_jitter',
  'period',
  'delay',
  'grace',
]);

/**
 * The options of a plugin that Telegraf ignores without a word, by their keys, and why: common options on plugins where they mean
 * nothing, and texts and durations that are no TOML strings.
 */
export function ignoredOptions(node: MapNode, own: z.ZodObject, schema: z.ZodObject): ReadonlyMap<string, string> {
  const ignored = new Map<string, string>();
  for (const [key, { value }] of node.entries) {
    if (Object.hasOwn(own.shape, key)) continue;
    const isText = value.kind === 'scalar' && typeof value.value === 'string';
    if (!Object.hasOwn(schema.shape, key) && acceptedAnywhere.has(key)) {
      ignored.set(key, 'has no effect here, as in Telegraf');
    } else if (STRING_OPTIONS.has(key) && !isText) {
      ignored.set(key, 'is ignored, as by Telegraf: it must be a text in quotes, such as "10s" for a duration');
    }
  }
  return ignored;
}

/** Options written after `[x.tags]` are tags; TOML has it so, and everybody falls for it once. */
export function swallowedOptions(part: Part, schema: z.ZodObject): Diagnostic[] {
  const tags = part.node.entries.get('tags')?.value;
  if (tags?.kind !== 'map') return [];
  const swallowed = keysAt(schema, []).filter((name) => tags.entries.has(name));
  return swallowed.map((name) => ({
    location: keyLocation(part, ['tags', name]),
    subject: part.subject,
    message: `"${name}" stands under [${part.subject}.tags] and so is a tag; if the option is meant, write it above that line`,
  }));
}
