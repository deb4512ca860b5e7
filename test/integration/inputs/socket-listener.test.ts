import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { SocketListener } from '../../../src/plugins/inputs/socket_listener/listener.ts';
import { socketListener } from '../../../src/plugins/inputs/socket_listener/plugin.ts';
import { makeCertificates } from '../../support/certificates.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { CollectingSink, createService } from '../../support/input.ts';

type Options = Partial<z.input<typeof socketListener.schema>>;

let folder: string;
let context: TestContext;
let sink: CollectingSink;
let listener: SocketListener | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-socket-'));
  context = testContext({ name: 'inputs.socket_listener' });
  sink = new CollectingSink(context.interner);
});
afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(service_address: string, options: Options = {}): Promise<number> {
  const made = createService(socketListener, { service_address, ...options }, context);
  if (!(made instanceof SocketListener)) throw new Error('another input');
  listener = made;
  await made.start(sink);
  return made.port ?? 0;
}

async function stop(): Promise<void> {
  const running = listener;
  listener = undefined;
  await running?.stop();
}

const tcp = (options: Options = {}): Promise<number> => start('tcp://127.0.0.1:0', options);

async function open(to: number | string): Promise<Socket> {
  const socket = typeof to === 'number' ? connect(to, '127.0.0.1') : connect(to);
  socket.on('error', () => undefined);
  socket.resume();
  await once(socket, 'connect');
  return socket;
}

/** Sends all, ends, and waits until the listener has read it. */
async function send(to: number | string, ...pieces: (string | Uint8Array)[]): Promise<void> {
  const socket = await open(to);
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  socket.end();
  if (!socket.closed) await once(socket, 'close');
}

async function sendPackets(port: number, packets: readonly (string | Uint8Array)[], host = '127.0.0.1'): Promise<void> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  for (const packet of packets) await new Promise((resolve) => socket.send(packet, port, host, resolve));
  socket.close();
}

const messages = (level: string): string[] => context.logged.filter((entry) => entry.level === level).map(({ message }) => message);

describe('inputs.socket_listener over streams', () => {
  it('takes lines, however they are cut', async () => {
    await send(await tcp(), 'm v=1', ' 1\nm v=2 2\nm s="a\n', 'b" 3\n', 'm v=4 4');
    expect(sink.lines).toEqual(['m v=1 1', 'm v=2 2', 'm s="a\nb" 3', 'm v=4 4']);
  });

  it('takes many connections at one time, each in order', async () => {
    const port = await tcp();
    await Promise.all(['a', 'b', 'c'].map((name) => send(port, `${name} v=1 1\n`, `${name} v=2 2\n`)));
    for (const name of ['a', 'b', 'c']) {
      expect(sink.lines.filter((line) => line.startsWith(name))).toEqual([`${name} v=1 1`, `${name} v=2 2`]);
    }
  });

  it('leaves out a bad line, and keeps the connection', async () => {
    await send(await tcp(), 'bad\n', 'm v=1 1\n');
    expect(sink.lines).toEqual(['m v=1 1']);
    expect(context.dropped.get('parse_error')).toBe(1);
    expect(messages('error')).toEqual([expect.stringContaining('left out a line of "127.0.0.1"')]);
  });

  it('takes JSON line by line, and the time of arrival where it is asked to', async () => {
    await send(await tcp({ data_format: 'json' }), '{"v": 1}\n{"v": 2}\n');
    expect(sink.lines).toEqual(['socket_listener v=1 1760000000000000000', 'socket_listener v=2 1760000000000000000']);
    await stop();
    sink.lines.length = 0;
    await send(await tcp({ time_source: 'receive_time' }), 'm v=1 1\n');
    expect(sink.lines).toEqual(['m v=1 1760000000000000000']);
  });

  it.each([
    [{ splitting_strategy: 'null' }, ['m v=1 1\0m v=', '2 2\0']],
    [{ splitting_strategy: 'delimiter', splitting_delimiter: '0x0D0a' }, ['m v=1 1\r', '\nm v=2 2']],
    [{ splitting_strategy: 'fixed length', splitting_length: 7 }, ['m v=1 1m v', '=2 2']],
    [
      { splitting_strategy: 'variable length', splitting_length_field: { offset: 1, bytes: 2, endianness: 'be', header_length: 3 } },
      ['x\0\x07m v=1 1x\0', '\x07m v=2 2'],
    ],
    [
      { splitting_strategy: 'variable length', splitting_length_field: { bytes: 1, endianness: 'le', header_length: 1 } },
      ['\x07m v=1 1\x07m v=2 2'],
    ],
  ] as [Options, string[]][])('takes a stream apart by %j', async (options, pieces) => {
    await send(await tcp(options), ...pieces);
    expect(sink.lines).toEqual(['m v=1 1', 'm v=2 2']);
  });

  it('ends a connection of which nobody knows where the next message begins', async () => {
    const options: Options = { splitting_strategy: 'variable length', splitting_length_field: { bytes: 4, header_length: 4 } };
    await send(await tcp(options), '\xff\xff\xff\xff');
    expect(messages('warn')).toEqual([expect.stringContaining('ended the connection of 127.0.0.1: a message says that it has')]);
  });

  it.each([
    ['gzip', gzipSync],
    ['zlib', deflateSync],
    ['zstd', zstdCompressSync],
  ] as const)('takes streams that are compressed with %s', async (content_encoding, compress) => {
    const bytes = compress(Buffer.from('m v=1 1\nm v=2 2\n'));
    await send(await tcp({ content_encoding }), bytes.subarray(0, 10), bytes.subarray(10));
    await vi.waitFor(() => expect(sink.lines).toEqual(['m v=1 1', 'm v=2 2']));
  });

  it('ends a connection that is not compressed as it should be', async () => {
    await send(await tcp({ content_encoding: 'gzip' }), 'm v=1 1\n');
    await vi.waitFor(() =>
      expect(messages('warn')).toEqual([expect.stringContaining('ended the connection of 127.0.0.1: incorrect header check')]),
    );
  });

  it('lets the sender wait while the outputs are busy, and loses nothing', async () => {
    sink.busy = 3;
    const lines = Array.from({ length: 5000 }, (_, index) => `m v=${index}i 1`);
    await send(await tcp(), `${lines.join('\n')}\n`);
    await sink.taken(5000);
    expect(sink.lines).toEqual(lines);
  });

  it('leaves out a line that is too long, alone', async () => {
    await send(await tcp(), 'm v=1 1\n', Buffer.alloc(3_000_000, 'x'), '\nm v=2 2\n');
    expect(sink.lines).toEqual(['m v=1 1', 'm v=2 2']);
    expect(context.dropped.get('line_too_long')).toBe(1);
  });

  it('closes silent connections, surplus ones, and those of strangers', async () => {
    const silent = await open(await tcp({ read_timeout: '50ms', keep_alive_period: '1m' }));
    await once(silent, 'close');
    await stop();
    const port = await tcp({ max_connections: 1 });
    const first = await open(port);
    first.write('m v=1 1\n');
    await sink.taken(1);
    await once(await open(port), 'close');
    first.destroy();
    await stop();
    await once(await open(await tcp({ allowed_sources: ['10.0.0.0/8'] })), 'close');
    expect(messages('warn')).toEqual([
      'refused a connection of 127.0.0.1: there are 1 already; raise max_connections',
      'refused a connection of 127.0.0.1: it is not in allowed_sources',
    ]);
  });

  it('speaks TLS, and asks for a certificate where it is told to', async () => {
    await makeCertificates(folder);
    const file = (name: string): string => join(folder, name);
    const port = await tcp({ tls_cert: file('server.pem'), tls_key: file('server.key'), tls_allowed_cacerts: [file('ca.pem')] });
    const own = { cert: readFileSync(file('client.pem')), key: readFileSync(file('client.key')) };
    const common = { port, host: '127.0.0.1', ca: readFileSync(file('ca.pem')), servername: 'bridge.test' };
    const socket = connectTls({ ...common, ...own });
    socket.end('m v=1 1\n');
    await sink.taken(1);
    const stranger = connectTls(common);
    stranger.on('error', () => undefined);
    stranger.end('m v=2 2\n');
    await new Promise((resolve) => stranger.once('close', resolve));
    await vi.waitFor(() => expect(messages('warn')).toEqual([expect.stringContaining('a client could not agree on TLS')]));
    expect(sink.lines).toEqual(['m v=1 1']);
  });

  it('listens on a Unix socket, in place of one that was left behind', async () => {
    const path = join(folder, 'meters.sock');
    await start(`unix://${path}`, { socket_mode: '660' });
    expect((await stat(path)).mode & 0o777).toBe(0o660);
    await send(path, 'm v=1 1\n');
    expect(sink.lines).toEqual(['m v=1 1']);
    await stop();
    await expect(stat(path)).rejects.toThrow('ENOENT');
    await writeFile(path, 'precious');
    await expect(start(`unix://${path}`)).rejects.toThrow('cannot listen on unix://');
    expect(readFileSync(path, 'utf8')).toBe('precious');
    listener = undefined;
  });

  it('takes what has arrived when it stops, and lets go of connections', async () => {
    const socket = await open(await tcp());
    socket.write('m v=1 1\nm v=2');
    await sink.taken(1);
    const closed = once(socket, 'close');
    await stop();
    await closed;
    expect(sink.lines[0]).toBe('m v=1 1');
  });
});

describe('inputs.socket_listener over datagrams', () => {
  it('takes datagrams of one or more lines, with or without the last line end', async () => {
    await sendPackets(await start('udp://127.0.0.1:0', { read_buffer_size: '64KiB' }), [
      'bad',
      'm v=1 1',
      'm v=2 2\nm v=3 3\n',
      'bad',
      'm v=4 4',
    ]);
    await sink.taken(4);
    expect(sink.lines).toEqual(['m v=1 1', 'm v=2 2', 'm v=3 3', 'm v=4 4']);
    expect(context.dropped.get('parse_error')).toBe(2);
  });

  it.each([
    ['udp4://127.0.0.1:0', '127.0.0.1'],
    ['udp6://[::1]:0', '::1'],
  ])('listens on %s', async (address, host) => {
    await sendPackets(await start(address), ['m v=1 1'], host);
    await sink.taken(1);
    expect(sink.lines).toEqual(['m v=1 1']);
  });

  it('decompresses each datagram, within bounds', async () => {
    const port = await start('udp://127.0.0.1:0', { content_encoding: 'gzip', max_decompression_size: '1KB' });
    await sendPackets(port, [gzipSync('m v=1 1'), gzipSync(Buffer.alloc(2000, '\n')), 'plain', gzipSync('m v=2 2')]);
    await sink.taken(2);
    await vi.waitFor(() => expect(context.dropped.get('parse_error')).toBe(2));
    expect(sink.lines.toSorted()).toEqual(['m v=1 1', 'm v=2 2']);
  });

  it('counts what the outputs have no room for, and what strangers send', async () => {
    const port = await start('udp://127.0.0.1:0');
    const held = Promise.withResolvers<void>();
    sink.hold = held.promise;
    const packet = Array.from({ length: 2000 }, (_, index) => `m v=${index}i 1`).join('\n');
    for (let count = 0; count < 40; count++) {
      await sendPackets(port, [packet]);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await vi.waitFor(() => expect(context.dropped.get('socket_full')).toBeGreaterThan(0));
    held.resolve();
    await stop();
    const strict = await start('udp://127.0.0.1:0', { allowed_sources: ['::1'] });
    await sendPackets(strict, ['m v=1 1']);
    await vi.waitFor(() => expect(context.dropped.get('not_allowed')).toBe(1));
  });
});

describe('inputs.socket_listener', () => {
  it('warns where anyone may write', async () => {
    await start('udp://:0');
    expect(messages('warn')).toEqual([expect.stringMatching(/^ATTENTION: udp:\/\/:\d+ can be reached from other machines/)]);
  });

  it.each([
    [{ service_address: 'unixgram:///x' }, 'Node has no datagrams on Unix sockets'],
    [{ service_address: 'vsock://1:2' }, 'between virtual machines'],
    [{ service_address: '127.0.0.1:8094' }, 'is no address'],
    [{ service_address: 'tcp6://127.0.0.1:8094' }, 'has another kind of address'],
    [{ service_address: 'unix://' }, 'needs a path'],
    [{ splitting_strategy: 'delimiter' }, 'needs splitting_delimiter'],
    [{ splitting_strategy: 'fixed length' }, 'needs splitting_length'],
    [{ splitting_strategy: 'variable length' }, 'needs the bytes of the length'],
    [{ service_address: 'udp://:1', tls_cert: 'a', tls_key: 'b' }, 'datagrams have no TLS'],
    [{ allowed_sources: ['x'] }, 'is no network'],
    [{ socket_mode: 'rwx' }, 'write permissions as 660'],
    [{ data_format: 'prometheus' }, 'needs whole files'],
  ])('refuses %j', (options, message) => {
    expect(() => createService(socketListener, { service_address: 'tcp://127.0.0.1:0', ...options } as never, context)).toThrow(message);
  });
});
