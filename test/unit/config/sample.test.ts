import { describe, expect, it } from 'vitest';
import { loadSources } from '../../../src/config/load.ts';
import { PLUGIN_GROUPS } from '../../../src/config/plugin-groups.ts';
import { sampleConfig, type SampleOptions } from '../../../src/config/sample.ts';
import { tomlSpelling, yamlSpelling, type Spelling } from '../../../src/config/sample-spelling.ts';
import { textSource } from '../../../src/config/source.ts';
import { registry } from '../../../src/plugins/registry.generated.ts';
import { configOf } from '../../support/config.ts';

const ALL = { inputs: undefined, processors: undefined, aggregators: undefined, outputs: undefined };
const NONE = { inputs: [], processors: [], aggregators: [], outputs: [] };
const PLUGINS = PLUGIN_GROUPS.flatMap((group) => [...registry[group].keys()].map((id) => ({ name: `${group}.${id}`, group, id })));

const SPELLINGS: readonly (readonly [string, Spelling])[] = [
  ['a.yaml', yamlSpelling],
  ['a.conf', tomlSpelling],
];

const sample = (spelling: Spelling, options: Partial<SampleOptions> = {}) => sampleConfig(registry, { plugins: ALL, ...options }, spelling);
const load = (file: string, text: string) => configOf(loadSources([textSource(file, text)], registry, { env: {}, isPart: true }));

describe.each(SPELLINGS)('a sample (%s)', (file, spelling) => {
  it("can be loaded as it is, and has Telegraf's own plugins active", () => {
    const config = load(file, sample(spelling));
    expect(config.inputs.map(({ id }) => id)).toEqual(expect.arrayContaining(['cpu', 'mem']));
    expect(config.outputs.map(({ id }) => id)).toEqual(['influxdb']);
    expect(config.processors).toEqual([]);
  });

  it('names every plugin and every section', () => {
    const text = sample(spelling);
    for (const { group, id } of PLUGINS) {
      expect(text).toMatch(new RegExp(`^ *(# )?${spelling.plugin(group, id).replaceAll(/[[\]]/g, String.raw`\$&`)}$`, 'm'));
    }
    for (const table of ['agent', 'global_tags']) expect(text).toContain(`\n${spelling.table(table)}\n`);
  });

  it.each(PLUGINS)('of $name alone runs, also with every default commented in', ({ group, id }) => {
    const text = sample(spelling, { sections: [group], plugins: { ...ALL, [group]: [id] } });
    const commentedIn = text.replaceAll(
      new RegExp(`^(${spelling.pluginMargin}${spelling.optionMargin})# (\\w+(?::| =) [^#].*)$`, 'gm'),
      '$1$2',
    );
    expect(load(file, text)[group].map((plugin) => plugin.id)).toEqual([id]);
    expect(load(file, commentedIn)[group].map((plugin) => plugin.id)).toEqual([id]);
  });
});

describe('a sample', () => {
  it('has only the sections and plugins asked for', () => {
    const text = sample(yamlSpelling, {
      sections: ['inputs', 'outputs'],
      plugins: { ...NONE, inputs: ['file', 'cpu'], outputs: ['discard'] },
    });
    expect(text.split('\n').filter((line) => /^\S*[a-z]|^ {2}- /.test(line) && !line.startsWith('#'))).toEqual([
      'inputs:',
      '  - cpu:',
      '  - file:',
      'outputs:',
      '  - discard:',
    ]);
  });
});
