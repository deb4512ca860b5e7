/** One listener takes over from another, as at a reload: connections stay open, and what comes meanwhile waits. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { Ports } from '../../../src/pipeline/ports.ts';
import { SocketListener } from '../../../src/plugins/inputs/socket_listener/listener.ts';
import { socketListener } from '../../../src/plugins/inputs/socket_listener/plugin.ts';
import { makeCertificates } from '../../support/certificates.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { CollectingSink } from '../../support/input.ts';
import { freePort } from '../../support/process.ts';

type Options = z.input<typeof socketListener.schema>;

interface Made {
  readonly listener: SocketListener;
  readonly context: TestContext;
  readonly sink: CollectingSink;
}

let folder: string;
let ports: Ports;
const running = new Set<SocketListener>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattbridge-socket-'));
  ports = new Ports();
});
afterEach(async () => {
  for (const listener of running) await stop(listener);
  await rm(folder, { recursive: true });
});

function make(options: Options): Made {
  const context = testContext({ name: 'inputs.socket_listener', ports });
  const listener = new SocketListener(socketListener.schema.parse(options), context);
  running.add(listener);
  return { listener, context, sink: new CollectingSink(context.interner) };
}

async function start(options: Options): Promise<Made> {
  const made = make(options);
  await made.listener.start(made.sink);
  return made;
}

async function prepare(options: Options): Promise<Made> {
  const made = make(options);
  await made.listener.prepare();
  return made;
}

async function stop(listener: SocketListener): Promise<void> {
  running.delete(listener);
  await listener.stop();
}

async function open(to: number | string): Promise<Socket> {
  const socket = typeof to === 'number' ? connect(to, '127.0.0.1') : connect(to);
  socket.on('error', () => undefined);
  socket.resume();
  await once(socket, 'connect');
  return socket;
}

const taken = (made: Made, lines: readonly string[]): Promise<void> => vi.waitFor(() => expect(made.sink.lines).toEqual(lines));

describe('a socket_listener that takes over', () => {
  it('goes on in the middle of a line, and takes who came while nobody served', async () => {
    const service_address = `tcp://127.0.0.1:${await freePort()}`;
    const before = await start({ service_address });
    const port = before.listener.port ?? 0;
    const socket = await open(port);
    socket.write('m v=1 1\nm v=2');
    await taken(before, ['m v=1 1']);
    const trial = await prepare({ service_address });
    await stop(before.listener);
    const late = await open(port);
    late.write('late v=1 1\n');
    socket.write('2 2\n');
    const after = await start({ service_address, read_timeout: '1m' });
    await stop(trial.listener);

    await vi.waitFor(() => expect(after.sink.lines.toSorted()).toEqual(['late v=1 1', 'm v=22 2']));
    expect(before.sink.lines).toEqual(['m v=1 1']);
    expect([socket.closed, late.closed]).toEqual([false, false]);
  });

  it('takes what the one before found no room for, once', async () => {
    const service_address = `tcp://127.0.0.1:${await freePort()}`;
    const before = await start({ service_address });
    before.sink.busy = 1_000_000;
    before.sink.retryAfterSeconds = 60;
    const socket = await open(before.listener.port ?? 0);
    socket.write('m v=1 1\n');
    await vi.waitFor(() => expect(before.sink.refused).toBe(1));
    const trial = await prepare({ service_address });
    await stop(before.listener);
    const after = await start({ service_address });
    await stop(trial.listener);

    await taken(after, ['m v=1 1']);
    expect(before.context.dropped.size).toBe(0);
  });

  it('ends the connections that it is to read in another way, or not to take at all', async () => {
    const service_address = `tcp://127.0.0.1:${await freePort()}`;
    for (const [options, words] of [
      [{ splitting_strategy: 'null' }, 'it is to be read in another way now'],
      [{ allowed_sources: ['10.0.0.0/8'] }, 'it is not in allowed_sources'],
    ] as const) {
      const before = await start({ service_address });
      const socket = await open(before.listener.port ?? 0);
      socket.write('m v=1 1\n');
      await taken(before, ['m v=1 1']);
      const trial = await prepare({ service_address, ...options } as Options);
      await stop(before.listener);
      const after = await start({ service_address, ...options } as Options);
      await stop(trial.listener);
      if (!socket.closed) await once(socket, 'close');
      expect(after.context.logged.map(({ message }) => message)).toContain(`ended the connection of 127.0.0.1: ${words}`);
      await stop(after.listener);
    }
  });

  it('loses no datagram', async () => {
    const service_address = `udp://127.0.0.1:${await freePort()}`;
    const before = await start({ service_address });
    const port = before.listener.port ?? 0;
    const client = createSocket('udp4');
    const send = (line: string) => new Promise((resolve) => client.send(line, port, '127.0.0.1', resolve));
    await send('m v=1 1');
    await taken(before, ['m v=1 1']);
    const trial = await prepare({ service_address });
    await send('m v=2 2');
    await taken(before, ['m v=1 1', 'm v=2 2']);
    await stop(before.listener);
    await send('m v=3 3');
    // One that arrives when nobody serves is in the process' hands only a turn later.
    await new Promise((resolve) => setTimeout(resolve, 50));
    const after = await start({ service_address, read_buffer_size: '64KiB' });
    await stop(trial.listener);
    await send('m v=4 4');
    client.close();

    await taken(after, ['m v=3 3', 'm v=4 4']);
    expect(before.sink.lines).toEqual(['m v=1 1', 'm v=2 2']);
  });

  it('counts datagrams that there is no room for while nobody takes them', async () => {
    const service_address = `udp://127.0.0.1:${await freePort()}`;
    const trial = await prepare({ service_address });
    const client = createSocket('udp4');
    const port = trial.listener.port ?? 0;
    const packet = Buffer.from(`m v=1 1${'\n'.repeat(60_000)}`);
    // 16 MiB may wait: 278 of these.
    for (let sent = 0; sent < 300; sent++) {
      await new Promise((resolve) => client.send(packet, port, '127.0.0.1', resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
    client.close();
    const after = await start({ service_address });
    await vi.waitFor(() => expect(after.context.dropped.get('socket_full')).toBeGreaterThan(0));
    await vi.waitFor(() => expect(after.sink.lines.length + (after.context.dropped.get('socket_full') ?? 0)).toBe(300));
  });

  it('keeps a Unix socket, with TLS on and off too, and takes none that another program listens on', async () => {
    await makeCertificates(folder);
    const path = join(folder, 'meters.sock');
    const service_address = `unix://${path}`;
    const before = await start({ service_address });
    const socket = await open(path);
    socket.write('m v=');
    const trial = await prepare({ service_address });
    await stop(before.listener);
    socket.write('1 1\n');
    const after = await start({ service_address });
    await stop(trial.listener);
    await taken(after, ['m v=1 1']);

    const stranger = new SocketListener(socketListener.schema.parse({ service_address }), testContext({ name: 'inputs.socket_listener' }));
    await expect(stranger.prepare()).rejects.toThrow(/cannot listen on unix:.*EADDRINUSE/);

    const tls = { service_address, tls_cert: join(folder, 'server.pem'), tls_key: join(folder, 'server.key') };
    const tlsTrial = await prepare(tls);
    expect(existsSync(path)).toBe(true);
    await stop(after.listener);
    const withTls = await start(tls);
    await stop(tlsTrial.listener);
    expect(existsSync(path)).toBe(true);
    await stop(withTls.listener);
    expect(existsSync(path)).toBe(false);
  });

  it('finds an address that is taken ahead of the start, and lets go of one that was only tried', async () => {
    const service_address = `tcp://127.0.0.1:${await freePort()}`;
    const trial = await prepare({ service_address });
    const other = new SocketListener(socketListener.schema.parse({ service_address }), testContext({ name: 'inputs.socket_listener' }));
    await expect(other.prepare()).rejects.toThrow(/cannot listen on tcp:.*EADDRINUSE.*end the program that does/);
    const waiting = await open(trial.listener.port ?? 0);
    await stop(trial.listener);
    if (!waiting.closed) await once(waiting, 'close');
    await other.prepare();
    await other.stop();
  });
});
