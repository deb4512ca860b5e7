import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { requireProgram } from '../../support/process.ts';
import { startListener, type RunningListener } from '../../support/listener.ts';

let running: RunningListener;
afterEach(() => running.listener.stop());

async function statusOf(path: string, headers: Record<string, string> = {}): Promise<number> {
  return (await fetch(`${running.url}${path}`, { method: 'POST', body: 'm v=1 1', headers })).status;
}

function basic(text: string): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}

describe('basic authentication', () => {
  const options = { basic_username: 'telegraf', basic_password: 'pa:ss wörd' };

  it('takes the password in each of the ways in which clients send it', async () => {
    running = await startListener(options);
    const query = new URLSearchParams({ u: 'telegraf', p: 'pa:ss wörd' });
    expect(await statusOf('/write', basic('telegraf:pa:ss wörd'))).toBe(204);
    expect(await statusOf(`/write?${query}`)).toBe(204);
    running = await restart({ basic_username: 'telegraf', basic_password: 'secret' });
    expect(await statusOf('/api/v2/write', { Authorization: 'Token telegraf:secret' })).toBe(204);
  });

  it('refuses wrong ones and none, before it reads a body, as InfluxDB does', async () => {
    running = await startListener(options);
    for (const headers of [
      {},
      basic('telegraf:wrong'),
      basic('other:pa:ss wörd'),
      basic('telegraf'),
      { Authorization: 'Bearer x' },
      { Authorization: 'x' },
    ]) {
      expect(await statusOf('/write', headers)).toBe(401);
      expect(await statusOf('/query', headers)).toBe(401);
      expect(await statusOf('/nowhere', headers)).toBe(401);
    }
    const reply = await fetch(`${running.url}/write?u=telegraf&p=wrong`, { method: 'POST', body: 'm v=1' });
    expect(reply.headers.get('www-authenticate')).toBe('Basic realm="influxdb"');
    expect(await reply.json()).toEqual({ error: 'authorization failed' });
    const reply2 = await fetch(`${running.url}/api/v2/write`, { method: 'POST', body: 'm v=1' });
    expect(await reply2.json()).toEqual({ code: 'unauthorized', message: 'unable to parse authentication credentials' });
    expect(running.sink.lines).toEqual([]);
  });

  it('leaves ping and health open', async () => {
    running = await startListener(options);
    for (const path of ['/ping', '/health', '/ready']) expect((await fetch(`${running.url}${path}`)).ok).toBe(true);
  });

  it('never shows the password in a log', async () => {
    running = await startListener(options);
    await statusOf('/write?u=telegraf&p=hunter2', basic('telegraf:hunter2'));
    expect(JSON.stringify(running.context.logged)).not.toMatch(/hunter2|pa:ss/);
  });
});

describe('a token', () => {
  it('is taken as Token and as Bearer, exactly', async () => {
    running = await startListener({ token: 'abc==' });
    expect(await statusOf('/api/v2/write', { Authorization: 'Token abc==' })).toBe(204);
    expect(await statusOf('/api/v2/write', { Authorization: 'token abc==' })).toBe(204);
    expect(await statusOf('/write', { Authorization: 'Bearer abc==' })).toBe(204);
    for (const wrong of ['Token abc', 'Token abc===', 'Token', 'Basic abc==', 'Token ']) {
      expect(await statusOf('/api/v2/write', { Authorization: wrong })).toBe(401);
    }
  });

  it('may stand beside a password: either will do', async () => {
    running = await startListener({ token: 't', basic_username: 'u', basic_password: 'p' });
    expect(await statusOf('/write', { Authorization: 'Token t' })).toBe(204);
    expect(await statusOf('/write', basic('u:p'))).toBe(204);
    expect(await statusOf('/write', basic('u:t'))).toBe(401);
  });
});

describe('a JSON Web Token', () => {
  const secret = 'shared secret';
  const soon = 1_760_000_060;

  function sign(claims: object, key = secret, alg = 'HS256'): string {
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const head = `${encode({ alg, typ: 'JWT' })}.${encode(claims)}`;
    return `${head}.${createHmac(`sha${alg.slice(2)}`, key)
      .update(head)
      .digest('base64url')}`;
  }

  it('is taken in the usual header and in the one Telegraf looks at, until it expires', async () => {
    running = await startListener({ token_shared_secret: secret, token_username: 'telegraf' });
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      const token = sign({ username: 'telegraf', exp: soon }, secret, alg);
      expect(await statusOf('/write', { Authorization: `Bearer ${token}` })).toBe(204);
      expect(await statusOf('/write', { Authentication: `Bearer ${token}` })).toBe(204);
    }
    running.context.clock.ms += 60_000;
    const late = await fetch(`${running.url}/write`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${sign({ username: 'telegraf', exp: soon })}` },
    });
    expect(await late.json()).toEqual({ error: 'token expired' });
  });

  it.each([
    ['another secret', sign({ username: 'telegraf', exp: soon }, 'other'), 'invalid token: signature is invalid'],
    [
      'no signature',
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`,
      'invalid token: signing method is not HS256, HS384 or HS512',
    ],
    ['another user', sign({ username: 'root', exp: soon }), 'authorization failed'],
    ['no user', sign({ exp: soon }), 'token must contain a string username'],
    ['no end', sign({ username: 'telegraf' }), 'token expiration required'],
    ['a later start', sign({ username: 'telegraf', exp: soon, nbf: soon - 1 }), 'invalid token: token is not valid yet'],
    ['no token at all', 'x.y', 'invalid token: token contains an invalid number of segments'],
    ['no JSON', 'x.y.z', 'invalid token: signing method is not HS256, HS384 or HS512'],
  ])('with %s is refused', async (_what, token, error) => {
    running = await startListener({ token_shared_secret: secret, token_username: 'telegraf' });
    const reply = await fetch(`${running.url}/write`, { method: 'POST', headers: { Authorization: `Bearer ${token}` } });
    expect(reply.status).toBe(401);
    expect(await reply.json()).toEqual({ error });
  });

  it('cannot be asked for together with a password, as in Telegraf', async () => {
    running = await startListener();
    const both = startListener({ basic_username: 'u', basic_password: 'p', token_shared_secret: 's' });
    await expect(both).rejects.toThrow('cannot use basic-auth and tokens at the same time');
    await expect(startListener({ basic_username: 'u' })).rejects.toThrow('needs both basic_username and basic_password');
    await expect(startListener({ tls_cert: 'x.pem' })).rejects.toThrow('tls_key is missing');
  });
});

describe('TLS', () => {
  let folder: string;
  const file = (name: string): string => join(folder, name);

  /** An authority, a server and two clients, one of them with a name. */
  async function makeCertificates(): Promise<void> {
    requireProgram('openssl', 'openssl');
    const openssl = (...args: string[]) => promisify(execFile)('openssl', args, { cwd: folder });
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    await openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test authority');
    for (const [name, dns] of [
      ['server', 'localhost'],
      ['client', 'kvm-0.example'],
      ['other', 'kvm-9.example'],
    ]) {
      await openssl(
        'req',
        '-x509',
        ...key,
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca.key',
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.pem`,
        '-subj',
        `/CN=${name}`,
        '-addext',
        `subjectAltName=DNS:${dns}`,
        '-addext',
        'basicConstraints=critical,CA:FALSE',
      );
    }
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wattbridge-tls-'));
    await makeCertificates();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function post(client?: string): Promise<{ status: number | undefined; protocol: string | null }> {
    const ca = await readFile(file('ca.pem'));
    const identity =
      client === undefined ? {} : { cert: await readFile(file(`${client}.pem`)), key: await readFile(file(`${client}.key`)) };
    return new Promise((resolve, reject) => {
      const outgoing = request({
        host: '127.0.0.1',
        port: running.port,
        servername: 'localhost',
        method: 'POST',
        path: '/write',
        ca,
        agent: false,
        ...identity,
      });
      outgoing.on('error', reject).on('response', (response) => {
        const { socket } = response as unknown as { socket: { getProtocol(): string | null } };
        resolve({ status: response.resume().statusCode, protocol: socket.getProtocol() });
      });
      outgoing.end('m v=1 1');
    });
  }

  it('serves a client that trusts its certificate', async () => {
    running = await startListener({ tls_cert: file('server.pem'), tls_key: file('server.key') });
    expect(await post()).toEqual({ status: 204, protocol: 'TLSv1.3' });
    expect(running.sink.lines).toEqual(['m v=1 1']);
    expect(running.context.logged.at(-1)?.message).toContain('https://127.0.0.1:');
  });

  it('keeps to the versions and cipher suites it is given', async () => {
    running = await startListener({
      tls_cert: file('server.pem'),
      tls_key: file('server.key'),
      tls_max_version: 'TLS12',
      tls_cipher_suites: ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'],
    });
    expect(await post()).toEqual({ status: 204, protocol: 'TLSv1.2' });
  });

  it('lets only clients in that the authorities vouch for, and only by the names listed', async () => {
    const options = { tls_cert: file('server.pem'), tls_key: file('server.key'), tls_allowed_cacerts: [file('ca.pem')] };
    running = await startListener(options);
    await expect(post()).rejects.toThrow();
    expect((await post('client')).status).toBe(204);
    running = await restart({ ...options, tls_allowed_dns_names: ['kvm-0.example'] });
    expect((await post('client')).status).toBe(204);
    expect((await post('other')).status).toBe(403);
  });

  it('asks for no password on loopback, but says what is missing beyond it', async () => {
    running = await startListener({ service_address: ':0', tls_cert: file('server.pem'), tls_key: file('server.key') });
    const warnings = running.context.logged.filter(({ level }) => level === 'warn').map(({ message }) => message);
    expect(warnings).toEqual([expect.stringMatching(/^ATTENTION: :0 can be reached from other machines, and anyone may write/)]);
    running = await restart({ service_address: ':0', tls_cert: file('server.pem'), tls_key: file('server.key'), token: 't' });
    expect(running.context.logged.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('names the file that it cannot read', async () => {
    running = await startListener();
    await expect(startListener({ tls_cert: file('nope.pem'), tls_key: file('server.key') })).rejects.toThrow(
      /cannot read tls_cert .*nope\.pem: ENOENT/,
    );
  });

  it('lives on when plain HTTP or rubbish comes instead of a handshake', async () => {
    running = await startListener({ tls_cert: file('server.pem'), tls_key: file('server.key') });
    await expect(fetch(`${running.url}/ping`)).rejects.toThrow();
    expect((await post()).status).toBe(204);
  });
});

async function restart(options: Parameters<typeof startListener>[0]): Promise<RunningListener> {
  await running.listener.stop();
  return startListener(options);
}
