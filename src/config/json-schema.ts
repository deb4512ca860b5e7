/** The JSON Schema of a pipeline file in YAML, for editors: completion, descriptions, and red lines while typing. */
import { z } from 'zod';
import { AgentConfig } from './common.ts';
import type { PluginSchema, PluginSchemas } from './pipeline-config.ts';
import { PipelineTestOptions } from './pipeline-tests.ts';
import { fullSchema } from './plugins.ts';
import { PLUGIN_GROUPS, type PluginGroup } from './plugin-groups.ts';

type Json = Record<string, unknown>;

const GROUP_DESCRIPTIONS: Readonly<Record<PluginGroup, string>> = {
  inputs: 'Where metrics come from.',
  processors: 'What is done to each metric, in this order.',
  aggregators: 'What makes new metrics out of many.',
  outputs: 'Where metrics go.',
};

/** JSON Schema (draft 7, which every editor knows) of a file with these plugins. */
export function pipelineJsonSchema(schemas: PluginSchemas): Json {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Wattbridge pipeline',
    type: 'object',
    properties: {
      agent: { description: 'Settings of the whole pipeline.', ...optionsSchema(AgentConfig) },
      global_tags: {
        description: 'Tags added to every metric that does not have them.',
        type: ['object', 'null'],
        additionalProperties: { type: 'string' },
      },
      ...Object.fromEntries(PLUGIN_GROUPS.map((group) => [group, groupSchema(group, schemas[group])])),
      tests: {
        description: 'Tests of this pipeline; `wattbridge test` runs them.',
        type: ['array', 'null'],
        items: optionsSchema(PipelineTestOptions),
      },
    },
    patternProperties: { '^x-': { description: 'A place for anchors.' } },
    additionalProperties: false,
  };
}

/** A list of plugins: each a name, or a map of that name to its options. */
function groupSchema(group: PluginGroup, plugins: ReadonlyMap<string, PluginSchema>): Json {
  const sorted = [...plugins].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const properties = Object.fromEntries(
    sorted.map(([id, plugin]) => [
      id,
      { ...(plugin.summary === undefined ? {} : { description: plugin.summary }), ...optionsSchema(fullSchema(group, plugin.schema)) },
    ]),
  );
  const byMap = { type: 'object', properties, additionalProperties: false, minProperties: 1, maxProperties: 1 };
  const byName = { type: 'string', enum: sorted.map(([id]) => id) };
  const items = sorted.length === 0 ? byMap : { anyOf: [byMap, byName] };
  return { description: GROUP_DESCRIPTIONS[group], type: ['array', 'null'], items };
}

/** `cpu:` with nothing behind it is null, and as good as `cpu: {}`. */
function optionsSchema(schema: z.ZodObject): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7', override: adapt });
  return { ...json, type: ['object', 'null'] };
}

function adapt({ jsonSchema }: { jsonSchema: Json }): void {
  if (jsonSchema.option === 'secret') jsonSchema.writeOnly = true;
  if (jsonSchema.option === 'duration' || jsonSchema.option === 'size') {
    delete jsonSchema.anyOf;
    jsonSchema.type = ['string', 'number'];
  }
  if (jsonSchema.option === 'field_value') jsonSchema.type = ['string', 'number', 'boolean'];
  delete jsonSchema.option;
  delete jsonSchema.noEffect;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.type === 'number' || jsonSchema.type === 'integer' || jsonSchema.type === 'boolean') allowVariable(jsonSchema);
}

/** A number or a boolean may also be a variable, which is a text until it is resolved. */
function allowVariable(jsonSchema: Json): void {
  const { description, default: defaultValue, ...type } = jsonSchema;
  for (const key of Object.keys(type)) delete jsonSchema[key];
  jsonSchema.anyOf = [type, { type: 'string', pattern: String.raw`^\$` }];
  if (description !== undefined) jsonSchema.description = description;
  if (defaultValue !== undefined) jsonSchema.default = defaultValue;
}
