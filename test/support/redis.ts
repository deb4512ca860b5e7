/** A real Redis for tests, on a free loopback port, with its data in a folder of its own. */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, onExit, requireProgram, startProcess, type RunningProcess } from './process.ts';

export interface RedisServer {
  /** Such as `redis://127.0.0.1:40123`. */
  readonly url: string;
  log(): string;
  /** Ends it; keeps its port, and of its data what its settings keep. */
  halt(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again after `halt`. */
  resume(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

export interface RedisOptions {
  readonly password?: string;
  /** `no`: it forgets everything at its end. */
  readonly appendonly?: 'yes' | 'no';
  /** More of redis.conf, as arguments. */
  readonly settings?: readonly string[];
}

/** A running `redis-server`, with a log that is synced every second unless told otherwise. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  requireProgram('redis-server', 'redis-server');
  const folder = await mkdtemp(join(tmpdir(), 'wattbridge-redis-'));
  const port = await freePort();
  const callOff = onExit(() => rmSync(folder, { recursive: true, force: true }));
  const start = (): Promise<RunningProcess> =>
    startProcess({ command: 'redis-server', args: redisArguments(folder, port, options), ready: () => isAnswering(port) });
  let running = await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    log: () => running.output(),
    halt: (signal) => running.stop(signal),
    async resume() {
      running = await start();
    },
    async stop() {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
      callOff();
    },
  };
}

function redisArguments(folder: string, port: number, { password, appendonly = 'yes', settings = [] }: RedisOptions): string[] {
  const fixed = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', '', '--appendonly', appendonly];
  return [...fixed, '--maxmemory-policy', 'noeviction', ...(password === undefined ? [] : ['--requirepass', password]), ...settings];
}

/** Whether it takes commands: not while it is still reading its log. */
function isAnswering(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.on('data', (data) => {
      socket.destroy();
      resolve(/^(\+PONG|-NOAUTH)/.test(data.toString()));
    });
    socket.on('error', () => resolve(false));
  });
}
