/** Points that a real InfluxDB refuses, among thousands that it takes, through the whole pipeline. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startOutputPipeline, type OutputPipeline } from '../../support/output-pipeline.ts';
import { startInfluxd, type Influxd } from '../../support/servers.ts';

const GOOD = 10_000;

let influxd: Influxd;
let pipeline: OutputPipeline;
beforeAll(async () => {
  influxd = await startInfluxd();
});
afterEach(() => pipeline.stop());
afterAll(() => influxd.stop());

async function start(database: string, options: object = {}): Promise<void> {
  pipeline = await startOutputPipeline({
    urls: [influxd.url],
    database,
    retention_policy_tag: 'rp',
    retention_policies: { hour: '1h', keep: 'inf' },
    ...options,
  });
}

async function delivered(): Promise<void> {
  await vi.waitFor(() => expect(pipeline.waiting()).toBe(0), { timeout: 20_000, interval: 20 });
}

const nowMs = Date.now();
const time = (at: number): string => `${nowMs + at}000000`;

/** Lines that a server takes: 200 series of two policies, each with a value of its own. */
function goodLines(): string[] {
  return Array.from({ length: GOOD }, (_, at) => `good,host=h${at % 100}${at % 2 === 0 ? ',rp=hour' : ''} v=${at},w=${at}.5 ${time(at)}`);
}

async function storedGood(database: string): Promise<unknown[]> {
  const rows = await Promise.all(['autogen', 'hour'].map((policy) => influxd.query(database, `SELECT v FROM ${policy}.good`)));
  return rows.flatMap(([series]) => series.values.map(([, value]) => Number(value))).sort((a, b) => a - b);
}

/** Puts each line somewhere else among the others. */
function scatter(good: string[], bad: readonly string[]): string[] {
  const lines = [...good];
  for (const [at, line] of bad.entries()) lines.splice(Math.floor(((at + 0.5) * lines.length) / bad.length), 0, line);
  return lines;
}

describe('points that InfluxDB 1.x refuses, among 10,000 good ones', () => {
  it('each become a dead letter with its words, and 10,000 are delivered', async () => {
    await start('poison');
    const poison: [line: string, words: string][] = [
      [`good,host=h1 v="text" ${time(-1)}`, 'field type conflict: input field "v" on measurement "good" is type string'],
      [`good,host=h2 v=true,w=1 ${time(-2)}`, 'is type boolean, already exists as type float'],
      [`good,host=h3,rp=hour v=1 1000000000`, 'points beyond retention policy'],
      [`good,host=h4,rp=hour v=2 ${time(-3 * 3_600_000)}`, 'points beyond retention policy'],
      [`good,host=h5,rp=nobody v=3 ${time(0)}`, 'retention policy not found: nobody'],
      [`good,host=h6 v=4 9223372036854775807`, 'time outside range'],
      [`good,host=h7,time=x v=5 ${time(0)}`, 'input tag "time" on measurement "good" is invalid'],
      [`good,host=h8 time=6 ${time(0)}`, 'input field "time" on measurement "good" is invalid'],
    ];
    await pipeline.push(
      scatter(
        goodLines(),
        poison.map(([line]) => line),
      ),
    );
    await delivered();
    expect(await storedGood('poison')).toEqual(Array.from({ length: GOOD }, (_, at) => at));
    const letters = await pipeline.letters();
    const found = letters.map(({ body, points, reason }) => ({ line: body.toString(), points, reason }));
    const expected = poison.map(([line, words]) => ({ line: `${line}\n`, points: 1, reason: expect.stringContaining(words) }));
    expect(found).toHaveLength(poison.length);
    expect(found).toEqual(expect.arrayContaining(expected));
  });

  it('are told from good ones also where a whole series is refused, in a few requests', async () => {
    await start('whole');
    const bad = Array.from({ length: 2000 }, (_, at) => `good,host=h${at % 100} v="text" ${time(-1 - at)}`);
    await pipeline.push(scatter(goodLines(), bad));
    await delivered();
    expect(await storedGood('whole')).toHaveLength(GOOD);
    expect((await pipeline.letters()).map(({ body }) => body.toString().trimEnd()).sort()).toEqual(bad.sort());
  });

  it('are found by halves where the words name nobody', async () => {
    await start('mixed', { number_kinds: 'as_they_come' });
    // One new field in two kinds in one request: "field type conflict", without a name.
    const lines = goodLines().map((line, at) => (at % 2500 === 1 ? line.replace(/ v=(\d+)/, ' v=$1i') : line));
    await pipeline.push(lines);
    await delivered();
    const letters = await pipeline.letters();
    const [series] = await influxd.query('mixed', 'SELECT COUNT(v) FROM autogen.good');
    const [hour] = await influxd.query('mixed', 'SELECT COUNT(v) FROM hour.good');
    const stored = Number(series.values[0][1]) + Number(hour.values[0][1]);
    expect(stored + letters.length).toBe(GOOD);
    expect(letters.every(({ points, reason }) => points === 1 && reason.includes('field type conflict'))).toBe(true);
  });
});
