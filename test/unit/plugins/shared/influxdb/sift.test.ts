import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Mender } from '../../../../../src/plugins/shared/influxdb/mender.ts';
import { NumberPromises } from '../../../../../src/plugins/shared/influxdb/number-promises.ts';
import { Sift } from '../../../../../src/plugins/shared/influxdb/sift.ts';
import type { Refusal, Verdict } from '../../../../../src/plugins/shared/influxdb/verdict.ts';
import type { SendResult } from '../../../../../src/pipeline/plugin.ts';
import { testContext } from '../../../../support/context.ts';

/** A server that keeps the last line of each series and time, and refuses by rules of its own. */
class FakeTable {
  readonly rows = new Map<string, string>();
  readonly refuse: (lines: readonly string[]) => { verdict: Verdict; taken: readonly string[] };
  requests = 0;

  constructor(refuse: FakeTable['refuse']) {
    this.refuse = refuse;
  }

  post(body: Buffer): Promise<Verdict> {
    this.requests++;
    const { verdict, taken } = this.refuse(linesOf(body));
    for (const line of taken) this.rows.set(line.replace(/ .* /, ' '), line);
    return Promise.resolve(verdict);
  }
}

const ok: Verdict = { kind: 'ok' };

function refusal(words: string, dropped = 0): Refusal {
  return { kind: 'refused', reason: `400 ${words}`, words, dropped, lines: [] };
}

function linesOf(body: Buffer): string[] {
  return body.toString().split('\n').slice(0, -1);
}

async function sift(table: FakeTable, lines: readonly string[], keep = false): Promise<SendResult> {
  const context = testContext();
  const mender = new Mender(context, {}, keep ? new NumberPromises(context, false) : undefined);
  const buffers = lines.map((line) => Buffer.from(`${line}\n`));
  const payload = { destination: 'd', body: Buffer.concat(buffers), points: lines.length, firstMs: 0, lastMs: 0 };
  const first = await table.post(payload.body);
  if (first.kind !== 'refused') throw new Error('the table should refuse something');
  return new Sift(payload, mender, (body) => table.post(body)).run(buffers, first);
}

function refusedLines(result: SendResult): string[] {
  return result.status === 'partial' ? result.refused.flatMap(({ body }) => linesOf(body)) : [];
}

/** Refuses lines that say `bad`, and takes the others. Tells how many, or nothing of it. */
const partial =
  (telling: boolean): FakeTable['refuse'] =>
  (lines) => {
    const bad = lines.filter((line) => line.includes('bad'));
    const taken = lines.filter((line) => !line.includes('bad'));
    return { taken, verdict: bad.length === 0 ? ok : refusal('partial write: nobody knows', telling ? bad.length : 0) };
  };

/** Takes nothing while one line says `bad`. */
const allOrNothing: FakeTable['refuse'] = (lines) =>
  lines.some((line) => line.includes('bad')) ? { taken: [], verdict: refusal('nobody knows') } : { taken: lines, verdict: ok };

describe('Sift', () => {
  it.each([
    ['stores the rest and says how many', partial(true)],
    ['stores the rest', partial(false)],
    ['stores nothing', allOrNothing],
  ])('finds every bad point, and leaves what came last of each series and time, at a server that %s', async (_name, refuse) => {
    const anyLine = fc.record({ series: fc.nat(3), time: fc.nat(2), bad: fc.integer({ min: 0, max: 4 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(anyLine, { minLength: 1, maxLength: 40 }), fc.nat(), async (some, place) => {
        const lines = some.map(({ series, time, bad }, at) => `m,s=${series}${bad === 0 ? ',x=bad' : ''} v=${at} ${time}`);
        lines[place % lines.length] = 'm,x=bad v=0 0';
        const table = new FakeTable(refuse);
        expect(refusedLines(await sift(table, lines)).sort()).toEqual(lines.filter((line) => line.includes('bad')).sort());
        const last = new Map(lines.filter((line) => !line.includes('bad')).map((line) => [line.replace(/ .* /, ' '), line]));
        expect(table.rows).toEqual(last);
      }),
      { numRuns: 60 },
    );
  });

  it('asks no further where as many were dropped as were sent', async () => {
    const lines = Array.from({ length: 1000 }, (_, at) => `m,x=bad v=${at} ${at}`);
    const table = new FakeTable(partial(true));
    expect(refusedLines(await sift(table, lines))).toEqual(lines);
    expect(table.requests).toBe(1);
  });

  it('believes quoted lines, with quotes, line ends and blanks of their own, and gives each its words', async () => {
    const bad = [`m s="it': is" 1`, `m s="two\nunable to parse 'm v=1 1': lines" 2`];
    const words = `partial write: ${bad.map((line, at) => `unable to parse '${line}': reason ${at}`).join('\n')} dropped=0`;
    const table = new FakeTable((lines) => {
      const body = lines.join('\n');
      return { taken: [], verdict: bad.some((line) => body.includes(line)) ? refusal(words) : ok };
    });
    const result = await sift(table, ['m v=1 1', ...bad, 'm v=2 2']);
    const refused = result.status === 'partial' ? result.refused.map(({ body, reason }) => [body.toString(), reason]) : [];
    expect(refused).toEqual(bad.map((line, at) => [`${line}\n`, expect.stringMatching(new RegExp(`': reason ${at}$`))]));
  });

  it('takes no good point for a bad one where shards differ in the type of a field', async () => {
    // Times below 10 are in a shard where v is a float, the others where it is an integer.
    const isBad = (line: string): boolean => line.includes('i ') === Number(line.split(' ')[2]) < 10;
    const table = new FakeTable((lines) => {
      const bad = lines.filter(isBad);
      const [sent, existing] = (bad[0] ?? '').includes('i ') ? ['integer', 'float'] : ['float', 'integer'];
      const types = `is type ${sent}, already exists as type ${existing}`;
      const words = `partial write: field type conflict: input field "v" on measurement "m" ${types} dropped=${bad.length}`;
      return { taken: lines.filter((line) => !isBad(line)), verdict: bad.length === 0 ? ok : refusal(words, bad.length) };
    });
    const lines = ['m v=1i 1', 'm v=2 2', 'm v=3i 13', 'm v=4.5 14', 'm v=5i 15', 'm v=6i 6'];
    expect(refusedLines(await sift(table, lines)).sort()).toEqual(['m v=1i 1', 'm v=4.5 14', 'm v=6i 6']);
    expect([...table.rows.values()].sort()).toEqual(['m v=2 2', 'm v=3i 13', 'm v=5i 15']);
    // With kinds kept, only what can't be told in the kind that is there is refused.
    expect(refusedLines(await sift(table, lines, true))).toEqual(['m v=4.5 14']);
  });

  it('gives up the rest as one letter, in bounds, at a server that refuses everything one by one', async () => {
    const lines = Array.from({ length: 2000 }, (_, at) => `m v=${at} ${at}`);
    const table = new FakeTable(() => ({ taken: [], verdict: refusal('no') }));
    const result = await sift(table, lines);
    expect(refusedLines(result)).toEqual(lines);
    expect(table.requests).toBeLessThan(600);
    const refused = result.status === 'partial' ? result.refused : [];
    expect(refused.at(-1)).toMatchObject({ reason: expect.stringContaining('not sent one by one') });
    expect(refused.reduce((sum, { points }) => sum + points, 0)).toBe(2000);
  });

  it('keeps all of it when an answer is missing on the way, or the database is', async () => {
    for (const verdict of [
      { kind: 'retry', reason: 'gone', retryAfterMs: 7 },
      { kind: 'missing', reason: 'gone' },
    ] as const) {
      const table: FakeTable = new FakeTable((lines) => (table.requests === 3 ? { taken: [], verdict } : allOrNothing(lines)));
      expect(await sift(table, ['m v=1 1', 'm,x=bad v=1 1', 'm v=2 2'])).toMatchObject({ status: 'retry', reason: 'gone' });
    }
  });
});
