/** What people copy must work: every plugin's example and every pipeline that comes along, by the loader and by the editors' schema. */
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { formatDiagnostics } from '../../src/config/diagnostics.ts';
import { loadSources } from '../../src/config/load.ts';
import { textSource } from '../../src/config/source.ts';
import { registry } from '../../src/plugins/registry.generated.ts';

const validate = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(readFileSync('config/pipeline.schema.json', 'utf8')));

/** What is wrong with a text, the secrets that it names being there; an example need not be a whole pipeline. */
function problems(name: string, text: string): string {
  const env = Object.fromEntries([...text.matchAll(/@\{env:(\w+)\}/g)].map(([, variable]) => [variable, 'x']));
  const result = loadSources([textSource(name, text)], registry, { env });
  if ('config' in result) return '';
  return formatDiagnostics(result.diagnostics.filter(({ message }) => !/^no (?:inputs|outputs) found/.test(message)));
}

const plugins = Object.entries(registry).flatMap(([group, ofGroup]: [string, ReadonlyMap<string, { example: string; summary: string }>]) =>
  [...ofGroup].map(([id, { example, summary }]) => ({ name: `${group}.${id}`, group, id, example, summary })),
);

describe.each(plugins)('the example of $name', ({ name, group, id, example }) => {
  it('loads', () => {
    expect(problems(`${name}.yaml`, example)).toBe('');
  });

  it('shows that plugin, in its section', () => {
    expect(
      Object.keys(parse(example)[group].find((item: unknown) => typeof item === 'object' && item !== null && id in item) ?? {}),
    ).toEqual([id]);
  });

  it('is valid by the schema that editors use', () => {
    validate(parse(example));
    expect(validate.errors).toBeNull();
  });
});

const pipelines = readdirSync('pipelines').filter((file) => file.endsWith('.yaml'));

describe.each(pipelines)('pipelines/%s', (file) => {
  const text = readFileSync(`pipelines/${file}`, 'utf8');

  it('loads', () => {
    expect(problems(file, text)).toBe('');
  });

  it('is valid by the schema that editors use', () => {
    validate(parse(text));
    expect(validate.errors).toBeNull();
  });
});
