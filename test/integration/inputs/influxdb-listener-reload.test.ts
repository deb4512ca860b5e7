/** One listener takes over from another, as at a reload: nobody who pushes is refused, and connections stay open. */
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { Ports } from '../../../src/pipeline/ports.ts';
import type { ListenerOptions } from '../../../src/plugins/inputs/influxdb_listener/config.ts';
import { influxdbListener } from '../../../src/plugins/inputs/influxdb_listener/plugin.ts';
import { InfluxdbListener } from '../../../src/plugins/shared/influxdb-listener/listener.ts';
import { testContext, type TestContext } from '../../support/context.ts';
import { CollectingSink } from '../../support/input.ts';
import { freePort } from '../../support/process.ts';

const ports = new Ports();
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const started: InfluxdbListener[] = [];

afterEach(async () => {
  agent.destroy();
  await Promise.all(started.splice(0).map((listener) => listener.stop()));
});

function create(options: z.input<typeof ListenerOptions>, context: TestContext): InfluxdbListener {
  const listener = influxdbListener.create(influxdbListener.schema.parse(options), context);
  if (!(listener instanceof InfluxdbListener)) throw new Error('another input');
  return listener;
}

function make(options: z.input<typeof ListenerOptions>): { listener: InfluxdbListener; sink: CollectingSink } {
  const context = testContext({ name: 'inputs.influxdb_listener', ports });
  const listener = create(options, context);
  started.push(listener);
  return { listener, sink: new CollectingSink(context.interner) };
}

async function stop(listener: InfluxdbListener): Promise<void> {
  started.splice(started.indexOf(listener), 1);
  await listener.stop();
}

/** Over the one connection that there is; resolves to the status, and the port at this end. */
async function push(port: number, body: string): Promise<{ status: number | undefined; from: number | undefined }> {
  const sent = request({ port, host: '127.0.0.1', path: '/write?db=x', method: 'POST', agent }).end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const from = answer.socket.localPort;
  await answer.resume().toArray();
  return { status: answer.statusCode, from };
}

describe('a listener that takes over', () => {
  it('answers what came while nobody served, on the connections that there were', async () => {
    const port = await freePort();
    const service_address = `127.0.0.1:${port}`;
    const before = make({ service_address });
    await before.listener.start(before.sink);
    const first = await push(port, 'm v=1 1');
    const trial = make({ service_address });
    await trial.listener.prepare();
    await stop(before.listener);
    const waiting = push(port, 'm v=2 2');
    const after = make({ service_address, max_body_size: '10B' });
    await after.listener.start(after.sink);
    await stop(trial.listener);

    expect(await waiting).toEqual({ status: 204, from: first.from });
    expect(await push(port, 'm v=3 3 and far too long')).toMatchObject({ status: 413 });
    expect(before.sink.lines).toEqual(['m v=1 1']);
    expect(after.sink.lines).toEqual(['m v=2 2']);
  });

  it('waits for what is under way, and no longer than a second for a body that does not come', async () => {
    const port = await freePort();
    const service_address = `127.0.0.1:${port}`;
    const before = make({ service_address });
    const [arrived, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await before.listener.start({
      async deliver() {
        arrived.resolve();
        await gate.promise;
        return { status: 'ok' };
      },
    });
    const pushed = push(port, 'm v=1 1');
    const slow = connect(port, '127.0.0.1');
    slow.write('POST /write?db=x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\nm v=');
    expect(String(await once(slow, 'data'))).toMatch(/^HTTP\/1\.1 100 /);
    const answered = once(slow, 'data');
    await arrived.promise;
    const trial = make({ service_address });
    await trial.listener.prepare();
    const stopped = stop(before.listener);
    gate.resolve();

    expect((await pushed).status).toBe(204);
    expect(String(await answered)).toMatch(/^HTTP\/1\.1 503 [^]*Retry-After: 5/);
    await stopped;
    slow.destroy();
  });

  it('may have the same number in another form: every address, with TLS', async () => {
    const port = await freePort();
    const before = make({ service_address: `127.0.0.1:${port}` });
    await before.listener.start(before.sink);
    const trial = make({ service_address: `localhost:${port}` });
    await trial.listener.prepare();
    await stop(before.listener);
    const after = make({ service_address: `localhost:${port}` });
    await after.listener.start(after.sink);

    expect(after.listener.port).toBe(port);
  });

  it('closes a port that was only tried, and refuses one that another program has', async () => {
    const port = await freePort();
    const trial = make({ service_address: `127.0.0.1:${port}` });
    await trial.listener.prepare();
    const other = create({ service_address: `127.0.0.1:${port}` }, testContext({ name: 'inputs.influxdb_listener' }));
    await expect(other.prepare()).rejects.toThrow(/cannot listen on 127\.0\.0\.1:\d+: .*end the program that does/);
    await stop(trial.listener);
    await other.prepare();
    await other.stop();
  });
});
