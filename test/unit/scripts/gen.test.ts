import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compatibilityPage } from '../../../scripts/gen/compatibility.ts';
import { decisionsPage } from '../../../scripts/gen/decisions.ts';
import { indexPage, pluginPage } from '../../../scripts/gen/pages.ts';
import { findPlugins, type FoundPlugin } from '../../../scripts/gen/plugins.ts';
import { registrySource } from '../../../scripts/gen/registry.ts';
import { sampleOutput } from '../../../scripts/gen/sample.ts';
import { file } from '../../../src/plugins/inputs/file/plugin.ts';
import { discard } from '../../../src/plugins/outputs/discard/plugin.ts';
import { override } from '../../../src/plugins/processors/override/plugin.ts';

function plugin(over: Partial<FoundPlugin>): FoundPlugin {
  const base = {
    group: 'inputs',
    kind: 'input',
    id: 'file',
    folder: 'src/plugins/inputs/file',
    exportName: 'file',
    summary: 'Reads | files.',
    example: 'inputs:\n  - file: {}\n',
  } as const;
  const schema = z.strictObject({ files: z.array(z.string()).describe('Paths | globs.') });
  const definition = { ...base, schema, create: () => undefined };
  return { ...base, schema, definition, ...over };
}

const ends = [plugin({ ...file, definition: file }), plugin({ ...discard, group: 'outputs', definition: discard })];

describe('gen', () => {
  it('writes a registry in which a name may stand in several groups', () => {
    const source = registrySource([plugin({}), plugin({ group: 'outputs', kind: 'output', folder: 'src/plugins/outputs/file' })]);
    expect(source).toContain("import { file as fileInput } from './inputs/file/plugin.ts';");
    expect(source).toContain("import { file as fileOutput } from './outputs/file/plugin.ts';");
    expect(source).toContain("  inputs: new Map<string, InputDefinition>([\n    ['file', fileInput],\n  ]),");
    expect(source).toContain('  processors: new Map<string, ProcessorDefinition>([]),');
  });

  it('writes a page with summary, example and options, whatever they hold', () => {
    const page = pluginPage(plugin({}));
    expect(page).toContain('# file (input)\n\nReads | files.\n\n```yaml\ninputs:\n  - file: {}\n```\n');
    expect(page).toContain('| `files` | list of texts | **required** | Paths \\| globs. |');
    expect(page).toContain('../../../../docs/plugins.md#options-of-every-input');
    expect(pluginPage(plugin({ schema: z.strictObject({}) }))).toContain('It has no options of its own.');
  });

  it('shows what the example makes of the sample, by running it, and how the plugin differs from that of Telegraf', () => {
    const definition = {
      ...override,
      sample: 'cpu,cpu=cpu0 usage_idle=98.5 1767225590000000000\n',
      differences: [{ option: 'tags', verdict: 'better', why: 'Nothing | is lost.' }],
    } as const;
    const found = plugin({ ...definition, group: 'processors', folder: 'src/plugins/processors/override', definition });
    const page = pluginPage(found, sampleOutput(found, [found, ...ends], process.cwd()));
    expect(page).toContain('Of\n\n```text\ncpu,cpu=cpu0 usage_idle=98.5 1767225590000000000\n```\n\nit makes\n');
    expect(page).toContain('\ncpu_usage,cpu=cpu0,rack=r7 usage_idle=98.5 1767225590000000000\n');
    expect(page).toContain('| `tags` | better | Nothing \\| is lost. |');
  });

  it('lists the decisions by subject, and refuses two of one number or a heading that is not theirs', () => {
    const page = (name: string, heading: string) => ({ file: name, text: `${heading}\n\nBecause.\n` });
    const one = page('0001-a.md', '# 0001. First');
    const list = decisionsPage([one, page('0010-b.md', '# 0010. Second')]);
    expect(list).toContain('## The house\n\n- [0001](0001-a.md) First\n\n## Energy and equivalents\n\n- [0010](0010-b.md) Second\n');
    expect(() => decisionsPage([one, page('0001-c.md', '# 0001. Third')])).toThrow('another decision 0001');
    expect(() => decisionsPage([page('0002-d.md', '# 0001. Fourth')])).toThrow('must begin with "# 0002. "');
  });

  it('lists the plugins with their pages', () => {
    expect(indexPage([plugin({})])).toContain('| [file](../src/plugins/inputs/file/README.md) | Reads \\| files. |');
    expect(indexPage([plugin({})])).toContain('## Options of every input\n');
  });
});

describe('the table of compatibility', () => {
  const found = plugin({ ...file, definition: file });

  it('sorts every option of either side, and lists the cases that end otherwise', () => {
    const page = compatibilityPage([found], [{ name: 'filters/a', why: 'Nothing | is lost.' }]);
    expect(page).toContain(
      '### [file](../src/plugins/inputs/file/README.md)\n\nSame: `files`, `character_encoding`, `file_tag`, `file_path_tag`.',
    );
    expect(page).toContain('| `statefile` | different | no effect: state is kept in data_directory |');
    expect(page).toContain('| [filters/a](../test/golden/telegraf/filters/a) | Nothing \\| is lost. |');
    expect(page).toMatch(/\| inputs \| .*`docker`.* \|/);
  });

  it('refuses a difference that names no option', () => {
    const definition = { ...file, differences: [{ option: 'fils', verdict: 'better', why: '' }] } as const;
    expect(() => compatibilityPage([{ ...found, definition }], [])).toThrow('"fils", which is no option on either side');
  });
});

describe('findPlugins', () => {
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(import.meta.dirname, '.gen-'));
    const definition = (id: string, kind: string) =>
      `export const it = { id: '${id}', kind: '${kind}', summary: '', example: '', schema: {} };`;
    for (const [path, text] of [
      ['inputs/good', definition('good', 'input')],
      ['inputs/broken', 'throw new Error("half written");'],
      ['inputs/misnamed', definition('other', 'input')],
      ['outputs/misplaced', definition('misplaced', 'input')],
      ['inputs/good/deeper', definition('deeper', 'input')],
    ]) {
      await mkdir(join(root, path), { recursive: true });
      await writeFile(join(root, path, 'plugin.ts'), text);
    }
  });
  afterAll(() => rm(root, { recursive: true }));

  it('finds those that load, and names those that do not', async () => {
    const { plugins, problems } = await findPlugins(root, root);
    expect(plugins.map(({ id, group, folder, exportName }) => [id, group, folder, exportName])).toEqual([
      ['good', 'inputs', 'inputs/good', 'it'],
    ]);
    expect(problems).toEqual([
      'inputs/broken/plugin.ts is left out: half written',
      'inputs/misnamed/plugin.ts is left out: it exports no definition with the id "misnamed", the name of its folder',
      'outputs/misplaced/plugin.ts is left out: its kind is input, but its folder is outputs',
    ]);
  });
});
