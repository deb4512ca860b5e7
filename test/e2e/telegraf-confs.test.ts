/**
 * Files as operators have them, each in a folder of `telegraf-confs`, run unchanged against a real InfluxDB, and converted to YAML: the same
 * points must be there. `expected.lp` says which, without a time where that of the run is meant; `fields` says what there must be, whatever
 * its value; `*.expected.lp` is what an output writes into a file.
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repoPath, wattbridge } from '../support/command-line.ts';
import { readLines } from '../support/read-lines.ts';
import { startInfluxd, startNodeExporter, type Influxd, type Server } from '../support/servers.ts';

const ROOT = repoPath('test/e2e/telegraf-confs');

let influxd: Influxd;
let exporter: Server;

beforeAll(async () => {
  [influxd, exporter] = await Promise.all([startInfluxd(), startNodeExporter()]);
});

afterAll(async () => {
  await Promise.all([influxd.stop(), exporter.stop()]);
});

/** Runs a copy of the folder once, with these files in place of its `telegraf.conf` if any; resolves to the copy. */
async function run(name: string, database: string, convert: boolean): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'wattbridge-conf-'));
  cpSync(join(ROOT, name), folder, { recursive: true });
  const env = { INFLUXDB: influxd.url, NODE_EXPORTER: exporter.url, DATABASE: database };
  await influxd.query('', `CREATE DATABASE "${database}"`);
  for (const policy of ['short', 'long']) {
    await influxd.query('', `CREATE RETENTION POLICY "${policy}" ON "${database}" DURATION INF REPLICATION 1`);
  }
  if (convert) {
    const { code, stderr } = await wattbridge(['config', 'convert', 'telegraf.conf', '-o', 'telegraf.yaml'], { cwd: folder, env });
    if (code !== 0) throw new Error(stderr);
  }
  const more = existsSync(join(folder, 'arguments')) ? readFileSync(join(folder, 'arguments'), 'utf8').trim().split(' ') : [];
  const args = ['--config', convert ? 'telegraf.yaml' : 'telegraf.conf', '--once', '--quiet', ...more];
  expect(await wattbridge(args, { cwd: folder, env })).toEqual({ code: 0, stdout: '', stderr: '' });
  return folder;
}

/** Everything in a database, one text per field: `measurement tags field value time`. */
async function stored(database: string, withTime: boolean): Promise<string[]> {
  const found: string[] = [];
  for (const policy of ['autogen', 'short', 'long']) {
    for (const { name, tags = {}, columns, values } of await influxd.query(database, `SELECT * FROM "${policy}"./.*/ GROUP BY *`)) {
      for (const [time, ...row] of values) {
        for (const [at, value] of row.entries()) {
          if (value !== null) found.push(entry(name, Object.entries(tags), columns[at + 1], value, withTime ? String(time) : ''));
        }
      }
    }
  }
  return found.sort();
}

function entry(name: string, tags: readonly (readonly [string, string])[], field: string, value: unknown, time: string): string {
  const sorted = tags
    .filter(([, text]) => text !== '')
    .map(([key, text]) => `${key}=${text}`)
    .sort();
  return `${[name, ...sorted].join(',')} ${field} ${String(value)} ${time}`.trimEnd();
}

describe.each(namesWith('expected.lp'))('a telegraf.conf: %s', (name) => {
  it.each([false, true])('says what it is to say, converted: %s', async (convert) => {
    const text = readFileSync(join(ROOT, name, 'expected.lp'), 'utf8');
    const withTime = / \d{19}\n/.test(text);
    const database = `${name}-${String(convert)}`;
    const folder = await run(name, database, convert);

    expect(await stored(database, withTime)).toEqual(entriesOf(text, withTime));
    for (const file of readdirSync(folder).filter((other) => other.endsWith('.expected.lp'))) {
      const written = readLines(readFileSync(join(folder, file.replace('.expected', ''))));
      expect(written).toEqual(readLines(readFileSync(join(folder, file))));
    }
    rmSync(folder, { recursive: true });
  });
});

describe.each(namesWith('fields'))('a telegraf.conf: %s', (name) => {
  it.each([false, true])('collects what there is, converted: %s', async (convert) => {
    const database = `${name}-${String(convert)}`;
    rmSync(await run(name, database, convert), { recursive: true });
    const found = await stored(database, false);

    for (const line of readFileSync(join(ROOT, name, 'fields'), 'utf8')
      .trim()
      .split('\n')) {
      const [measurement, field] = line.split(' ');
      expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${measurement}(,\\S+)? ${field} \\S+$`)));
    }
  });
});

function namesWith(file: string): string[] {
  return readdirSync(ROOT)
    .filter((name) => existsSync(join(ROOT, name, file)))
    .sort();
}

/** Line protocol as `stored` has it; a time that is not there stays out. */
function entriesOf(text: string, withTime: boolean): string[] {
  return text
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [, head, fields, time = ''] = /^(\S+) ((?:"[^"]*"|\S)+)(?: (\d+))?$/.exec(line) ?? [];
      const [name, ...tags] = head.split(',');
      const pairs = tags.map((tag) => tag.split('=') as [string, string]);
      return [...fields.matchAll(/(\w+)=("[^"]*"|[^,]+)/g)].map(([, field, value]) =>
        entry(name, pairs, field, value.startsWith('"') ? value.slice(1, -1) : value.replace(/i$/, ''), withTime ? time : ''),
      );
    })
    .sort();
}
