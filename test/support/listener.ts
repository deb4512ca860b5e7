/** A running `influxdb_listener` on a free loopback port, and raw HTTP to talk to it. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { z } from 'zod';
import type { Input, Sink } from '../../src/pipeline/plugin.ts';
import type { ListenerOptions } from '../../src/plugins/inputs/influxdb_listener/config.ts';
import { influxdbListener } from '../../src/plugins/inputs/influxdb_listener/plugin.ts';
import { influxdbV2Listener } from '../../src/plugins/inputs/influxdb_v2_listener/plugin.ts';
import { InfluxdbListener } from '../../src/plugins/shared/influxdb-listener/listener.ts';
import { testContext, type TestContext } from './context.ts';
import { CollectingSink } from './input.ts';

export interface RunningListener {
  readonly listener: InfluxdbListener;
  readonly context: TestContext;
  readonly sink: CollectingSink;
  readonly port: number;
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
}

/** Starts a listener; end it with `listener.stop()`. `sink` replaces the collecting one. */
export async function startListener(options: z.input<typeof ListenerOptions> = {}, sink?: Sink): Promise<RunningListener> {
  const context = testContext({ name: 'inputs.influxdb_listener' });
  return startedListener(influxdbListener.create(influxdbListener.schema.parse({ ...ANY_PORT, ...options }), context), context, sink);
}

/** Starts one that speaks as InfluxDB 2.x alone. */
export async function startV2Listener(options: Partial<z.input<typeof influxdbV2Listener.schema>> = {}): Promise<RunningListener> {
  const context = testContext({ name: 'inputs.influxdb_v2_listener' });
  return startedListener(influxdbV2Listener.create(influxdbV2Listener.schema.parse({ ...ANY_PORT, ...options }), context), context);
}

const ANY_PORT = { service_address: '127.0.0.1:0' };

/** Starts a listener, made already. */
export async function startedListener(listener: Input, context: TestContext, sink?: Sink): Promise<RunningListener> {
  if (!(listener instanceof InfluxdbListener)) throw new Error('another input');
  const collecting = new CollectingSink(context.interner);
  await listener.start(sink ?? collecting);
  const port = listener.port ?? 0;
  return { listener, context, sink: collecting, port, url: `http://127.0.0.1:${port}` };
}

/** What came back over a connection of its own until the server closed it. */
export interface RawReply {
  readonly text: string;
  /** Of the first answer; 0 when there was none. */
  readonly status: number;
  /** The body of the last answer as JSON; undefined when it is none. */
  readonly json: unknown;
}

/**
 * Sends the pieces as they are, `pauseMs` apart, and reads until the server closes the connection. With `end`, the client then says
 * that it has nothing more to send, and still reads.
 */
export async function sendRaw(port: number, pieces: readonly (string | Buffer)[], pauseMs = 0, end = false): Promise<RawReply> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('end', () => socket.end());
  const received: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => received.push(chunk));
  // A reset while still writing is one of the ways in which a server ends a conversation.
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  await Promise.race([once(socket, 'connect'), closed]);
  for (const piece of pieces) {
    if (socket.destroyed || !socket.writable) break;
    socket.write(piece);
    if (pauseMs > 0) await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, pauseMs))]);
  }
  if (end) socket.end();
  await closed;
  return toReply(Buffer.concat(received).toString());
}

function toReply(text: string): RawReply {
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
  const last = text.slice(Math.max(0, text.lastIndexOf('HTTP/1.1 ')));
  return { text, status, json: parseJson(last.slice(last.indexOf('\r\n\r\n') + 4)) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A whole POST as bytes, with the length of the body unless other headers are given. */
export function rawPost(path: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Buffer {
  const all = { Host: 'localhost', 'Content-Length': String(Buffer.byteLength(body)), Connection: 'close', ...headers };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${head.join('')}\r\n`), Buffer.from(body)]);
}
