/** A small made-up set of plugins, so that tests of the configuration depend on no real one. */
import { z } from 'zod';
import { formatDiagnostics } from '../../src/config/diagnostics.ts';
import { loadSources, type LoadOptions, type LoadResult } from '../../src/config/load.ts';
import { duration, fieldValue, secret, size } from '../../src/config/options.ts';
import type { PipelineConfig, PluginSchemas } from '../../src/config/pipeline-config.ts';
import { textSource } from '../../src/config/source.ts';

const cpu = {
  summary: 'Processor times.',
  schema: z.strictObject({
    percpu: z.boolean().default(true).describe('One metric per core.'),
    totalcpu: z.boolean().default(true).describe('One metric for all.'),
  }),
};

const file = {
  summary: 'Lines from files.',
  schema: z.strictObject({
    files: z.array(z.string()).default([]).describe('Paths.'),
    data_format: z.enum(['influx', 'prometheus', 'json']).default('influx').describe('Form of the lines.'),
    limit: z.int().positive().optional().describe('Most lines.'),
    ratio: z.number().optional().describe('Part to take.'),
    max_size: size().prefault('1MiB').describe('Largest file.'),
  }),
};

const rename = {
  summary: 'Renames.',
  schema: z.strictObject({
    replace: z
      .array(z.strictObject({ tag: z.string().optional().describe('Tag.'), dest: z.string().describe('New name.') }))
      .default([])
      .describe('Rules.'),
  }),
};

const override = {
  summary: 'Sets tags.',
  schema: z.strictObject({
    name_suffix: z.string().optional().describe('Put behind the name.'),
    tags: z.record(z.string(), z.string()).default({}).describe('Tags to set.'),
  }),
};

const constant = {
  summary: 'Sets fields.',
  schema: z.strictObject({
    fields: z.record(z.string(), fieldValue()).default({}).describe('Fields to set.'),
    other: z.number().optional().describe('A number like any other.'),
  }),
};

const influxdb = {
  summary: 'Writes to InfluxDB.',
  schema: z.strictObject({
    urls: z.array(z.string()).default(['http://localhost:8086']).describe('Servers.'),
    database: z.string().describe('Database.'),
    bucket: z.string().optional().describe('Bucket.'),
    username: z.string().optional().describe('User.'),
    password: secret().optional().describe('Password.'),
    kennwort: secret().optional().describe('A secret whose name gives nothing away.'),
    timeout: duration().prefault('5s').describe('Longest wait.'),
    legacy: z.boolean().optional().describe('As before.').meta({ noEffect: 'servers of today know no other way' }),
  }),
};

/** Inputs cpu and file; processors rename, override and constant; aggregator minmax; outputs file and influxdb. */
export const testSchemas: PluginSchemas = {
  inputs: new Map(Object.entries({ cpu, file })),
  processors: new Map(Object.entries({ rename, override, constant })),
  aggregators: new Map(Object.entries({ minmax: { summary: 'Extremes.', schema: z.strictObject({}) } })),
  outputs: new Map(Object.entries({ file, influxdb })),
};

/** Loads a text under a name: `*.yaml` is YAML, anything else TOML. */
export function loadText(name: string, text: string, options: Partial<LoadOptions> = {}): LoadResult {
  return loadSources([textSource(name, text)], testSchemas, { env: {}, ...options });
}

/** The configuration that the text means; fails the test with its diagnostics when there are any. */
export function configOf(result: LoadResult): PipelineConfig {
  if ('config' in result) return result.config;
  throw new Error(`expected no diagnostics:\n${formatDiagnostics(result.diagnostics)}`);
}

/** The diagnostics as they are shown; fails the test when there are none. */
export function shownErrors(result: LoadResult): string {
  if ('diagnostics' in result) return formatDiagnostics(result.diagnostics);
  throw new Error('expected diagnostics');
}

/** `line:column: subject: message` of each diagnostic, without the file. */
export function errorLines(result: LoadResult): string[] {
  if ('config' in result) return [];
  return result.diagnostics.map(({ location, subject, message }) =>
    [...(location === undefined ? [] : [`${location.line}:${location.column}`]), ...(subject === '' ? [] : [subject]), message].join(': '),
  );
}
