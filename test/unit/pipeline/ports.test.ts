import { describe, expect, it } from 'vitest';
import { Ports, type Port } from '../../../src/pipeline/ports.ts';

class FakePort implements Port {
  readonly place: number;
  closed = 0;

  constructor(number: number) {
    this.place = number;
  }

  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }
}

const opens = (port: FakePort) => () => Promise.resolve(port);
const taken = () => Promise.reject(new Error('taken'));

describe('ports', () => {
  it('stay open while one pipeline hands over to another, and close with their last holder', async () => {
    const ports = new Ports();
    const port = new FakePort(8186);
    const before = await ports.user().hold('http://:8186', opens(port));
    expect(before.isShared).toBe(false);
    const after = await ports.user().hold('http://:8186', taken);
    expect(after.port).toBe(port);
    expect(before.isShared).toBe(true);
    await before.release();
    expect(port.closed).toBe(0);
    await after.release();
    expect(port.closed).toBe(1);
  });

  it('are not shared within a pipeline, and keep apart over a reload what has one name', async () => {
    const ports = new Ports();
    const [one, other] = [new FakePort(1), new FakePort(2)];
    const before = ports.user();
    await before.hold('http://:0', opens(one));
    await before.hold('http://:0', opens(other));
    await expect(before.hold('http://:0', taken)).rejects.toThrow('taken');

    const after = ports.user();
    expect((await after.hold('http://:0', taken)).port).toBe(one);
    expect((await after.hold('http://:0', taken)).port).toBe(other);
  });

  it('are no obstacle to the next pipeline in another form, since they will be free', async () => {
    const ports = new Ports();
    await ports.user().hold('http://127.0.0.1:8186', opens(new FakePort(8186)));
    const next = ports.user();
    expect(await next.prepare('https://:8186', 8186, taken)).toBeUndefined();
    await expect(next.prepare('http://:8187', 8187, taken)).rejects.toThrow('taken');
    await next.hold('http://:8188', opens(new FakePort(8188)));
    await expect(next.prepare('http://127.0.0.1:8188', 8188, taken)).rejects.toThrow('taken');
  });
});
