import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { rawPost, sendRaw, startListener, type RunningListener } from '../../support/listener.ts';

const MIB = 1024 * 1024;

let running: RunningListener;
afterEach(() => running.listener.stop());

describe('limits', () => {
  it('a body announced too large is refused at once, before it is sent', async () => {
    running = await startListener({ max_body_size: '64KiB' });
    const reply = await sendRaw(running.port, [rawPost('/write', '', { 'Content-Length': '65537' })]);
    expect(reply.status).toBe(413);
    expect(reply.json).toEqual({ error: 'request body is larger than 65536 bytes; send smaller batches or raise max_body_size' });
    expect(reply.text).toContain('Connection: close');
  });

  it('a client that sends all of it nevertheless still gets to read the answer', async () => {
    running = await startListener({ max_body_size: '64KiB' });
    const reply = await fetch(`${running.url}/write`, { method: 'POST', body: Buffer.alloc(8 * MIB, 0x61) });
    expect(reply.status).toBe(413);
    expect(await reply.json()).toEqual({ error: expect.stringContaining('larger than 65536 bytes') });
  });

  it('a chunked body is cut off where the limit is', async () => {
    running = await startListener({ max_body_size: '64KiB' });
    const chunk = `8000\r\n${'a'.repeat(0x8000)}\r\n`;
    const head = 'POST /write HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
    const reply = await sendRaw(running.port, [head, chunk, chunk, chunk]);
    expect(reply.status).toBe(413);
    expect(reply.json).toEqual({ error: expect.stringContaining('larger than 65536 bytes') });
  });

  it('a body just within the limit is taken', async () => {
    const line = 'm v=1 1\n';
    running = await startListener({ max_body_size: line.length * 1000 });
    expect((await fetch(`${running.url}/write`, { method: 'POST', body: line.repeat(1000) })).status).toBe(204);
    expect((await fetch(`${running.url}/write`, { method: 'POST', body: line.repeat(1001) })).status).toBe(413);
  });

  it('gzip bombs are refused, whatever they claim', async () => {
    running = await startListener({ max_decompressed_size: '1MiB' });
    const bomb = gzipSync(Buffer.alloc(8 * MIB, 0x23));
    const liar = Buffer.from(bomb);
    liar.writeUInt32LE(10, liar.length - 4);
    const members = Buffer.concat([gzipSync(Buffer.alloc(MIB, 0x23)), gzipSync('# small')]);
    for (const body of [bomb, liar, members]) {
      const reply = await fetch(`${running.url}/write`, { method: 'POST', body, headers: { 'Content-Encoding': 'gzip' } });
      expect(reply.status).toBe(413);
      expect(await reply.json()).toEqual({ error: expect.stringContaining('larger than 1048576 bytes once decompressed') });
    }
  });

  it('gzip of several members is one body', async () => {
    running = await startListener();
    const body = Buffer.concat([gzipSync('m v=1 1\n'), gzipSync('m v=2 2\n')]);
    expect((await fetch(`${running.url}/write`, { method: 'POST', body, headers: { 'Content-Encoding': 'gzip' } })).status).toBe(204);
    expect(running.sink.lines).toEqual(['m v=1 1', 'm v=2 2']);
  });

  it('bad gzip is refused with its reason', async () => {
    running = await startListener();
    for (const body of ['m v=1', gzipSync('m v=1').subarray(0, 12), Buffer.alloc(100)]) {
      const reply = await fetch(`${running.url}/write`, { method: 'POST', body, headers: { 'Content-Encoding': 'gzip' } });
      expect(reply.status).toBe(400);
      expect(await reply.json()).toEqual({ error: expect.stringMatching(/^cannot decompress the gzip body: /) });
    }
  });

  it('bodies in memory are bounded over all clients together', async () => {
    running = await startListener({ max_body_size: MIB, max_decompressed_size: MIB });
    const uploads = Array.from({ length: 6 }, () => {
      const upload = httpRequest({
        port: running.port,
        method: 'POST',
        path: '/write',
        headers: { 'Content-Length': String(MIB) },
        agent: false,
      });
      const status = new Promise<number | undefined>((resolve, reject) => {
        upload.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
      });
      upload.write(Buffer.alloc(MIB - 1, 0x23));
      return { upload, status };
    });
    // The budget holds four such bodies: the first that does not fit is told so while the others are still coming in.
    expect(await Promise.race(uploads.map(({ status }) => status))).toBe(503);
    for (const { upload } of uploads) upload.end('\n');
    const statuses = await Promise.all(uploads.map(({ status }) => status));
    expect(statuses.filter((status) => status === 204).length).toBeGreaterThanOrEqual(4);
    expect((await fetch(`${running.url}/write`, { method: 'POST', body: 'm v=1 1' })).status).toBe(204);
  });

  it('connections beyond the bound are told so, and served again when there is room', async () => {
    running = await startListener({ max_connections: 2 });
    const sockets = await Promise.all([1, 2].map(() => opened(running.port)));
    const reply = await sendRaw(running.port, ['GET /ping HTTP/1.1\r\nHost: x\r\n\r\n']);
    expect(reply.status).toBe(503);
    expect(reply.json).toEqual({ error: 'too many connections; raise max_connections' });
    expect(reply.text).toContain('Retry-After: 1');
    for (const socket of sockets) socket.destroy();
    await expect
      .poll(async () => (await sendRaw(running.port, ['GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'])).status)
      .toBe(204);
  });

  it('writers that are too slow are cut, and told why', async () => {
    running = await startListener({ read_timeout: '1s' });
    const slow = [...rawPost('/write', 'm v=1 1\n'.repeat(20))].map((byte) => Buffer.from([byte]));
    const [trickle, silent, headersOnly] = await Promise.all([
      sendRaw(running.port, slow, 20),
      sendRaw(running.port, [rawPost('/write', 'half', { 'Content-Length': '1000' })]),
      sendRaw(running.port, ['POST /write HTTP/1.1\r\nHost: x\r\n']),
    ]);
    for (const reply of [trickle, silent, headersOnly]) {
      expect(reply.status).toBe(408);
      expect(reply.json).toEqual({ error: 'the request did not arrive in time' });
    }
    expect(running.sink.lines).toEqual([]);
  });
});

describe('what is no request', () => {
  it.each([
    ['rubbish', ['hello\r\n\r\n'], 400],
    ['a wrong length', [rawPost('/ping', '', { 'Content-Length': 'x' })], 400],
    ['two lengths', ['POST /write HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'], 400],
    ['a bad chunk', ['POST /write HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'], 400],
    ['endless headers', [`GET /ping HTTP/1.1\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`], 431],
    ["a proxy's request", ['CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n'], 405],
    ['another expectation', ['POST /write HTTP/1.1\r\nHost: x\r\nExpect: the-worst\r\nContent-Length: 0\r\n\r\n'], 417],
  ])("%s is answered in InfluxDB's form", async (_what, pieces, status) => {
    running = await startListener();
    const reply = await sendRaw(running.port, pieces);
    expect(reply.status).toBe(status);
    expect(reply.json).toEqual({ error: expect.any(String) });
    expect(reply.text).toMatch(/X-Influxdb-Error: [\x20-\x7e]+\r\n/);
  });

  it("rubbish after a good request does not take that request's answer", async () => {
    running = await startListener();
    const gate = Promise.withResolvers<void>();
    running.sink.hold = gate.promise;
    const replying = sendRaw(running.port, [rawPost('/write', 'm v=1 1', { Connection: 'keep-alive' }), '\u0001\u0002\r\n\r\n'], 50);
    setTimeout(() => gate.resolve(), 200);
    const reply = await replying;
    expect(reply.text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 204', 'HTTP/1.1 400']);
    expect(running.sink.lines).toEqual(['m v=1 1']);
  });

  it('a client that waits for "100 Continue" gets it', async () => {
    running = await startListener();
    const reply = await sendRaw(running.port, [rawPost('/write', 'm v=1 1', { Expect: '100-continue' })]);
    expect(reply.text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 204']);
  });
});

async function opened(port: number): Promise<ReturnType<typeof connect>> {
  const socket = connect(port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}
