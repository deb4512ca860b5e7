/** Options for a plugin, by the JSON Schema that editors use: of the right types, mostly, and without any sense. */
import { pipelineJsonSchema } from '../../src/config/json-schema.ts';
import type { PluginGroup } from '../../src/config/plugin-groups.ts';
import { registry } from '../../src/plugins/registry.generated.ts';
import type { Random } from './random.ts';

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
}

/** How likely it is that an option is there which need not be. */
const PRESENT = 0.3;
const MAX_ITEMS = 3;
const TEXTS = ['10s', '1ms', 'unix', '%Y', '^(.)(.*)$', '${1}x', 'Europe/Paris'];

/** The options of a plugin with the runner's own, as an editor would check them. */
export function optionsSchema(group: PluginGroup, id: string): JsonSchema {
  const { properties } = pipelineJsonSchema(registry) as { properties: Record<string, { items: { anyOf: readonly JsonSchema[] } }> };
  const schema = properties[group].items.anyOf[0].properties?.[id];
  if (schema === undefined) throw new Error(`no plugin ${group}.${id}`);
  return schema;
}

/** A value that the schema allows, its bounds apart. `words` are what texts are made of. */
export function randomValue(schema: JsonSchema, words: readonly string[], random: Random): unknown {
  if (schema.enum !== undefined) return random.pick(schema.enum);
  if (schema.const !== undefined) return schema.const;
  if (schema.anyOf !== undefined) return randomValue(random.pick(schema.anyOf), words, random);
  const types = [schema.type ?? 'string'].flat().filter((type) => type !== 'null');
  switch (random.pick(types)) {
    case 'object':
      return randomObject(schema, words, random);
    case 'array':
      return Array.from({ length: random.below(MAX_ITEMS + 1) }, () => randomValue(schema.items ?? {}, words, random));
    case 'integer':
      return random.below(5);
    case 'number':
      return random.pick([0, 0.5, 1, 2, 10, 1000]);
    case 'boolean':
      return random.next() < 0.5;
    default:
      return randomText(words, random);
  }
}

function randomObject(schema: JsonSchema, words: readonly string[], random: Random): object {
  const entries = Object.entries(schema.properties ?? {})
    .filter(([name]) => schema.required?.includes(name) === true || random.next() < PRESENT)
    .map(([name, value]) => [name, randomValue(value, words, random)] as const);
  if (typeof schema.additionalProperties !== 'object') return Object.fromEntries(entries);
  const { additionalProperties } = schema;
  const more = Array.from({ length: random.below(MAX_ITEMS) }, () => [
    random.pick(words),
    randomValue(additionalProperties, words, random),
  ]);
  return Object.fromEntries([...entries, ...more]);
}

function randomText(words: readonly string[], random: Random): string {
  const word = random.pick(words);
  return random.pick([word, word, word, `${word.slice(0, 2)}*`, '*', '?', '', random.pick(TEXTS)]);
}
