import { readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { Secret } from '../../../../src/config/secret.ts';
import {
  basicAuthorization,
  failureText,
  mayKnowCredentials,
  parseServerUrl,
  retryAfterMs,
  serverWords,
  USER_AGENT,
  withinTime,
} from '../../../../src/plugins/shared/http-client.ts';

describe('USER_AGENT', () => {
  it('has the version of package.json', async () => {
    const manifest: unknown = JSON.parse(await readFile(new URL('../../../../package.json', import.meta.url), 'utf8'));
    expect(USER_AGENT).toBe(`Wattbridge/${(manifest as { version: string }).version}`);
  });
});

describe('retryAfterMs', () => {
  const now = Date.parse('2025-10-09T08:53:20Z');

  it.each([
    [undefined, undefined],
    ['0', 0],
    ['2', 2000],
    ['1.5', 1500],
    ['Thu, 09 Oct 2025 08:53:50 GMT', 30_000],
    ['Thu, 09 Oct 2025 08:00:00 GMT', 0],
    ['99999', 600_000],
    ['99999999999999999999999', 600_000],
    ['Fri, 09 Oct 2026 08:53:50 GMT', 600_000],
    ['-5', 0],
    ['soon', undefined],
  ])('reads %s', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});

describe('mayKnowCredentials', () => {
  it.each([
    ['http://a:1/x', 'http://a:2/y', true],
    ['http://a/x', 'https://a/x', true],
    ['https://a/x', 'https://a/y', true],
    ['https://a/x', 'http://a/x', false],
    ['http://a/x', 'http://b/x', false],
    ['http://a/x', 'http://a.b/x', false],
  ])('from %s to %s: %s', (from, to, may) => {
    expect(mayKnowCredentials(to, from)).toBe(may);
  });
});

describe('withinTime', () => {
  /** Runs until its signal aborts, and then fails with the reason. */
  const endless = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

  it('ends what takes too long', async () => {
    await expect(withinTime(new AbortController().signal, 5, endless)).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('ends with the program, also when that has stopped already', async () => {
    const program = new AbortController();
    const request = withinTime(program.signal, 0, endless);
    const reason = new Error('the end');
    program.abort(reason);
    await expect(request).rejects.toBe(reason);
    await expect(withinTime(program.signal, 60_000, (signal) => Promise.resolve(signal.aborted))).resolves.toBe(true);
  });

  it('holds on to nothing once there is an answer', async () => {
    const program = new AbortController();
    const add = vi.spyOn(program.signal, 'addEventListener');
    const remove = vi.spyOn(program.signal, 'removeEventListener');
    let used: AbortSignal | undefined;
    await withinTime(program.signal, 60_000, (signal) => Promise.resolve((used = signal)));
    expect(remove.mock.calls).toEqual(add.mock.calls);
    program.abort();
    expect(used?.aborted).toBe(false);
  });
});

describe('parseServerUrl', () => {
  it('takes the user out of the URL and the slash from its end', () => {
    expect(parseServerUrl('https://ada:p%40ss@db.example:8086/influx/')).toEqual({
      base: 'https://db.example:8086/influx',
      username: 'ada',
      password: 'p@ss',
    });
  });

  it.each(['unix:///run/influx.sock', 'udp://127.0.0.1:8089', 'localhost:8086', ''])('takes %j for no address of a server', (text) => {
    expect(parseServerUrl(text)).toBeUndefined();
  });
});

describe('failureText', () => {
  it('finds the reason where Node puts it', () => {
    const refused = new Error('connect ECONNREFUSED 127.0.0.1:1');
    expect(failureText(new AggregateError([refused, new Error('other')]))).toBe(refused.message);
    expect(failureText(new Error('', { cause: refused }))).toBe(refused.message);
    expect(failureText(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))).toBe('no answer in time');
  });
});

it("tells a server's words on one line of bounded length", () => {
  expect(serverWords(' <html>\n  <h1>Bad\tGateway</h1> ')).toBe('<html> <h1>Bad Gateway</h1>');
  expect(serverWords('x'.repeat(10_000))).toHaveLength(501);
});

it('makes the header of basic authentication', () => {
  expect(basicAuthorization('ada', new Secret('é'))).toBe(`Basic ${Buffer.from('ada:é').toString('base64')}`);
});
