import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawPost, sendRaw } from '../../support/listener.ts';
import type { ListenerUsage } from '../../support/listener-process.ts';
import { Random } from '../../support/random.ts';

const BODIES = 10_000;
const WARM_UP = 3_000;
const CLIENTS = 32;
const MIB = 1024 * 1024;

/** What may be held more after 7,000 further bodies: new names are interned, but a kilobyte and a half a body would show. */
const HELD_GROWTH = 10 * MIB;
/** V8 may grow its heap's young part by this much in a burst, whatever is held. */
const RESIDENT_GROWTH = 96 * MIB;

const random = new Random(20_261_122);
const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });

let child: ChildProcess;
let port: number;

beforeAll(async () => {
  child = fork(fileURLToPath(new URL('../../support/listener-process.ts', import.meta.url)), { execArgv: ['--expose-gc'] });
  [port] = (await once(child, 'message')) as [number];
});
afterAll(async () => {
  agent.destroy();
  child.kill('SIGKILL');
  await once(child, 'exit');
});

interface Reply {
  readonly status: number;
  readonly json: unknown;
  readonly header: string | undefined;
}

type Attack = () => Promise<Reply>;

/** Each makes one request that may be wrong in its own way; rare ones are dear (they wait for the read timeout). */
const ATTACKS: readonly { readonly weight: number; readonly attack: Attack }[] = [
  { weight: 300, attack: () => post(flipBits(goodBody())) },
  { weight: 150, attack: () => post(cut(goodBody())) },
  { weight: 300, attack: () => post(flipBits(gzipSync(goodBody())), { 'Content-Encoding': 'gzip' }) },
  { weight: 150, attack: () => post(cut(gzipSync(goodBody())), { 'Content-Encoding': 'gzip' }) },
  { weight: 20, attack: () => post(random.pick(BOMBS), { 'Content-Encoding': 'gzip' }) },
  { weight: 20, attack: () => post(Buffer.alloc(300 * 1024, 0x61)) },
  { weight: 50, attack: () => post(randomBytes(random.below(2000))) },
  { weight: 50, attack: () => post(goodBody(), { 'Content-Encoding': random.pick(['gzip', 'br', 'deflate', 'zip', '\u00e9']) }) },
  { weight: 50, attack: () => post(goodBody(), {}, `/${randomText()}?precision=${encodeURIComponent(randomText())}`) },
  { weight: 50, attack: () => raw([rawPost('/write', goodBody(), { 'Content-Length': String(random.below(100)) })]) },
  { weight: 50, attack: () => raw([randomBytes(1 + random.below(500)), '\r\n\r\n'], 0, true) },
  { weight: 50, attack: () => raw([flipBits(rawPost('/write', 'm v=1 1\n')), '\r\n\r\n'], 0, true) },
  {
    weight: 50,
    attack: () =>
      raw(['POST /write HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n', cut(goodBody()), '\r\n0\r\n\r\n']),
  },
  { weight: 4, attack: () => raw([rawPost('/write', goodBody(), { 'Content-Length': '100000' })]) },
  {
    weight: 2,
    attack: () =>
      raw(
        [...rawPost('/write', goodBody())].map((byte) => Buffer.from([byte])),
        15,
      ),
  },
];

const BOMBS = [gzipSync(Buffer.alloc(64 * MIB)), lie(gzipSync(Buffer.alloc(64 * MIB, 0x23))), gzipSync(gzipSync(Buffer.alloc(64 * MIB)))];

describe('10,000 bodies of garbage', () => {
  it("leave the listener serving, its memory flat, and every refusal in InfluxDB's form", { timeout: 300_000 }, async () => {
    const answers = new Map<number, number>();
    await bombard(WARM_UP, answers);
    const warm = await usage();
    await bombard(BODIES - WARM_UP, answers);
    const end = await usage();

    // Each kind of refusal was seen; the mixture is the same on every run.
    for (const status of [204, 400, 404, 408, 413, 415]) expect(answers.get(status), `answers ${status}`).toBeGreaterThan(0);
    expect(end.held - warm.held).toBeLessThan(HELD_GROWTH);
    expect(end.resident - warm.resident).toBeLessThan(RESIDENT_GROWTH);
    expect(end.points).toBeGreaterThan(warm.points);
    const after = await post(Buffer.from('m v=1 1'));
    expect(after.status).toBe(204);
    expect((await usage()).points).toBe(end.points + 1);
  });
});

/** Runs that many attacks, some at a time, and checks every answer. */
async function bombard(count: number, answers: Map<number, number>): Promise<void> {
  let left = count;
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const reply = await pickAttack()();
      answers.set(reply.status, (answers.get(reply.status) ?? 0) + 1);
      if (reply.status === 204) continue;
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(reply.json).toEqual(expect.objectContaining({ error: expect.any(String) }));
      expect(reply.header).toMatch(/^[\x20-\x7e]+$/);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

function pickAttack(): Attack {
  const total = ATTACKS.reduce((sum, { weight }) => sum + weight, 0);
  let at = random.below(total);
  for (const { weight, attack } of ATTACKS) {
    at -= weight;
    if (at < 0) return attack;
  }
  throw new Error('the weights do not add up');
}

function post(body: Buffer, headers: Record<string, string> = {}, path = '/write?db=x'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, path, method: 'POST', agent, headers: { 'Content-Length': String(body.length), ...headers } });
    outgoing.on('error', reject).on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const header = response.headers['x-influxdb-error'];
        resolve({ status: response.statusCode ?? 0, json: text === '' ? undefined : JSON.parse(text), header: String(header) });
      });
    });
    outgoing.end(body);
  });
}

async function raw(pieces: readonly (string | Buffer)[], pauseMs = 0, end = false): Promise<Reply> {
  const { status, json, text } = await sendRaw(port, pieces, pauseMs, end);
  // Of several answers on the connection the last is the one that `json` is of.
  const last = text.slice(Math.max(0, text.lastIndexOf('HTTP/1.1 ')));
  const lastStatus = Number(last.slice(9, 12));
  return { status: lastStatus || status, json, header: /X-Influxdb-Error: (.*)\r\n/.exec(last)?.[1] };
}

async function usage(): Promise<ListenerUsage> {
  const answered = once(child, 'message');
  child.send('usage');
  return ((await answered) as [ListenerUsage])[0];
}

function goodBody(): Buffer {
  const lines = Array.from({ length: 1 + random.below(20) }, () => {
    const host = `kvm-${random.below(4)}`;
    return `powerstat_package,host=${host},package_id=${random.below(2)} current_power_consumption_watts=${random.below(9999) / 100},note="a b" ${1_795_362_160 + random.below(1000)}000000000\n`;
  });
  return Buffer.from(lines.join(''));
}

function flipBits(body: Buffer): Buffer {
  const flipped = Buffer.from(body);
  for (let flips = 1 + random.below(8); flips > 0; flips--) flipped[random.below(flipped.length)] ^= 1 << random.below(8);
  return flipped;
}

function cut(body: Buffer): Buffer {
  return body.subarray(0, random.below(body.length));
}

function lie(gzipped: Buffer): Buffer {
  gzipped.writeUInt32LE(100, gzipped.length - 4);
  return gzipped;
}

function randomBytes(length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)));
}

function randomText(): string {
  return encodeURIComponent(randomBytes(random.below(8)).toString('latin1'));
}
