import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesInDirectory } from '../../../src/config/config-directory.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { configOf, errorLines, shownErrors, testSchemas } from '../../support/config.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, content);
  return path;
}

const load = (...files: string[]) => loadConfig(files, testSchemas, { env: {} });

describe('loadConfig', () => {
  it('reads *.yaml and *.yml as YAML and everything else as TOML, byte order mark or not', async () => {
    const files = [
      await put('a.yaml', '\uFEFFinputs: [cpu]\n'),
      await put('b.yml', 'inputs: [cpu]\n'),
      await put('c.conf', '\uFEFF[[outputs.file]]\r\n  files = ["a"]\r\n'),
      await put('d', '[[inputs.file]]\n'),
    ];
    const config = configOf(await load(...files));
    expect(config.inputs.map(({ id }) => id)).toEqual(['cpu', 'cpu', 'file']);
    expect(config.outputs[0].options.files).toEqual(['a']);
  });

  it('names every file that cannot be read', async () => {
    const files = [
      join(folder, 'nope.yaml'),
      folder,
      await put('utf16.conf', Uint8Array.of(0xff, 0xfe, 0x61, 0)),
      await put('nul.conf', 'a\0b'),
    ];
    expect(errorLines(await load(...files))).toEqual([
      `${files[0]}: there is no such file`,
      `${folder}: is a directory; give it with --config-directory`,
      `${files[2]}: is in UTF-16`,
      `${files[3]}: is not a text file`,
    ]);
  });

  it('takes another encoding in comments of TOML, and nowhere else', async () => {
    const latin1 = (text: string) => Buffer.from(text, 'latin1');
    const good = await put('good.conf', latin1('# f\xfcr\n[[inputs.cpu]] # \xe9\n[[outputs.file]]\n'));
    expect(configOf(await load(good)).inputs).toHaveLength(1);
    const bad = await put('bad.conf', latin1('# f\xfcr\n[[inputs.file]]\n  files = ["\xe9"]\n'));
    expect(errorLines(await load(bad))).toEqual(['3:13: this is not UTF-8']);
    expect(errorLines(await load(await put('image.conf', Uint8Array.of(0x89, 0xff, 0xfe))))).toEqual(['1:1: this is not UTF-8']);
    expect(errorLines(await load(await put('bad.yaml', latin1('# f\xfcr\ninputs: [cpu]\n'))))).toEqual(['1:4: this is not UTF-8']);
  });

  it('takes secrets from files', async () => {
    const token = await put('token', 'hunter2\n');
    const file = await put('a.yaml', `inputs: [cpu]\noutputs:\n  - influxdb: { database: d, username: "@{file:${token}}" }\n`);
    expect(configOf(await load(file)).outputs[0].options.username).toBe('hunter2');
  });

  it('shows a file below the working directory by its relative path', async () => {
    await mkdir('.wattbridge', { recursive: true });
    const inside = await mkdtemp(join(process.cwd(), '.wattbridge', 'config-test-'));
    try {
      await writeFile(join(inside, 'x.yaml'), 'nope: []\n');
      expect(shownErrors(await load(join(inside, 'x.yaml')))).toMatch(/^\.wattbridge\/config-test-\w+\/x\.yaml:1:1: /);
    } finally {
      await rm(inside, { recursive: true });
    }
  });
});

describe('filesInDirectory', () => {
  it('walks as Telegraf does: lexically by bytes, sub-folders at their place, nothing but configuration', async () => {
    const names = [
      '10-a.conf',
      '15/x.conf',
      '20-b.conf',
      'Z.conf',
      'c.yaml',
      'd.yml',
      'b.conf.bak',
      'ignored.toml',
      '.conf',
      '..data/old.conf',
      '15-late.conf',
    ];
    for (const name of names) await put(name, '');
    const files = await filesInDirectory(folder);
    expect('length' in files ? files.map((file) => relative(folder, file)) : files).toEqual([
      '10-a.conf',
      '15/x.conf',
      '15-late.conf',
      '20-b.conf',
      'Z.conf',
      'c.yaml',
      'd.yml',
    ]);
  });

  it('says when there is none', async () => {
    expect(await filesInDirectory(join(folder, 'nope'))).toEqual({
      location: undefined,
      subject: join(folder, 'nope'),
      message: 'there is no such directory',
    });
  });
});
