import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig, type LoadOptions } from '../../../src/config/load.ts';
import { configOf, errorLines, testSchemas } from '../../support/config.ts';

const PIPELINE = '[[inputs.cpu]]\n[[outputs.file]]\n';

let server: Server | undefined;
afterEach(() => server?.close());

/** The address of a web server that answers with these one after the other, the last for ever; `asked` fills with the headers of the requests. */
async function serve(answers: readonly ((response: ServerResponse) => unknown)[], asked: IncomingHttpHeaders[] = []): Promise<string> {
  server = createServer((request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(request.headers);
    answer(response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ok = (response: ServerResponse) => response.end(PIPELINE);
const status = (code: number) => (response: ServerResponse) => response.writeHead(code).end('secret words');

const load = (address: string, options: Partial<LoadOptions> = {}) =>
  loadConfig([address], testSchemas, { env: {}, retryMs: 0, ...options });

describe('a configuration from a web server', () => {
  it('is asked for as Telegraf does, with the token there is', async () => {
    const asked: IncomingHttpHeaders[] = [];
    const url = await serve([ok], asked);
    expect(configOf(await load(`${url}/telegraf.conf`)).inputs).toHaveLength(1);
    await load(url, { env: { INFLUX_TOKEN: 'abc' } });
    await load(url, { env: { INFLUX_TOKEN: 'abc', TELEGRAF_CONTROLLER_TOKEN: 'def' } });
    await load(url.replace('//', '//user:pass%21@'));
    expect(asked.map(({ accept, authorization }) => [accept, authorization])).toEqual([
      ['application/toml', undefined],
      ['application/toml', 'Token abc'],
      ['application/toml', 'Bearer def'],
      ['application/toml', `Basic ${btoa('user:pass!')}`],
    ]);
  });

  it('is YAML where its name or its type says so', async () => {
    const yaml = (response: ServerResponse) =>
      response.writeHead(200, { 'content-type': 'application/yaml' }).end('inputs: [cpu]\noutputs: [file]\n');
    const url = await serve([yaml]);
    expect(configOf(await load(`${url}/a`)).inputs).toHaveLength(1);
    server?.close();
    const named = await serve([(response) => response.end('inputs: [cpu]\noutputs: [file]\n')]);
    expect(configOf(await load(`${named}/a.yaml?x=1`)).inputs).toHaveLength(1);
  });

  it('is asked for again, three times unless told otherwise, and each time is told of', async () => {
    const asked: IncomingHttpHeaders[] = [];
    const told: string[] = [];
    const url = await serve([status(404), status(503), status(503), ok], asked);
    expect(configOf(await load(url, { onRetry: (message) => told.push(message) })).inputs).toHaveLength(1);
    expect(told).toEqual([
      `${url}/: 404 Not Found; try 2 of 4 in 0 s`,
      `${url}/: 503 Service Unavailable; try 3 of 4 in 0 s`,
      `${url}/: 503 Service Unavailable; try 4 of 4 in 0 s`,
    ]);
  });

  it('that is not to be had is named, without what is secret in its address', async () => {
    const asked: IncomingHttpHeaders[] = [];
    const url = await serve([status(404)], asked);
    const address = `${url.replace('//', '//user:hunter2@')}/x.conf?token=hunter2`;
    expect(errorLines(await load(address, { configUrlRetryAttempts: 1 }))).toEqual([
      `${url.replace('//', '//***@')}/x.conf?***: failed to fetch it: 404 Not Found (2 tries)`,
    ]);
    expect(asked).toHaveLength(2);
    expect(errorLines(await load(`${url}/x`, { configUrlRetryAttempts: 0 }))).toEqual([`${url}/x: failed to fetch it: 404 Not Found`]);
    expect(errorLines(await load('http://127.0.0.1:9/x', { configUrlRetryAttempts: 0 }))[0]).toMatch(
      /^http:\/\/127.0.0.1:9\/x: failed to fetch it: \S+/,
    );
    expect(errorLines(await load('ftp://host/x'))).toEqual(['ftp://host/x: scheme "ftp" is not supported; there are http and https']);
  });

  it('has a bound', async () => {
    const url = await serve([(response) => response.end(Buffer.alloc(17 * 1024 * 1024, '#'))]);
    expect(errorLines(await load(url, { configUrlRetryAttempts: 0 }))).toEqual([`${url}/: failed to fetch it: more than 16777216 bytes`]);
  });

  it('has its mistakes shown under its address', async () => {
    const url = await serve([(response) => response.end('[[inputs.cpuu]]\n[[outputs.file]]\n')]);
    const result = await load(`${url}/telegraf.conf`);
    expect('diagnostics' in result && result.diagnostics[0]).toMatchObject({
      location: { file: `${url}/telegraf.conf`, line: 1 },
      excerpt: { text: '[[inputs.cpuu]]' },
    });
  });
});
