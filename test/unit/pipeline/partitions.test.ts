import { describe, expect, it } from 'vitest';
import { Interner } from '../../../src/metric/interner.ts';
import { partitionOf, Partitions } from '../../../src/pipeline/partitions.ts';
import { PARTITIONS } from '../../../src/queue/payload.ts';
import { parsePoints } from '../../support/points.ts';

describe('the partition of a series', () => {
  it('never changes: it is where the payloads on the disks of users lie', () => {
    const partitions = ['kvm-0', 'kvm-1', 'kvm-2', 'kvm-3', 'é', ''].map((host) => partitionOf([['host', host]]));
    expect(partitions).toEqual([1, 3, 3, 2, 1, 3]);
    expect(
      partitionOf([
        ['cpu', 'cpu-total'],
        ['host', 'kvm-0'],
      ]),
    ).toBe(0);
  });

  it('is the same whatever names become on the way to a server', () => {
    expect(
      partitionOf([
        ['net.if', 'eth0'],
        ['host', 'a'],
      ]),
    ).toBe(
      partitionOf([
        ['host', 'a'],
        ['net_if', 'eth0'],
      ]),
    );
  });

  it('keeps the points of a series together, in their order, and spreads many series evenly', () => {
    const interner = new Interner();
    const lines = Array.from({ length: 4000 }, (_, at) => `cpu,host=h${at % 1000} n=${at}i ${at}`);
    const parts = new Partitions(interner).divide(parsePoints(interner, lines.join('\n')));
    const owners = new Map<string, number>();
    for (const [partition, points] of parts.entries()) {
      expect(points.length).toBeGreaterThan(4000 / PARTITIONS / 2);
      expect(points.map(({ ns }) => ns)).toEqual(points.map(({ ns }) => ns).toSorted((a, b) => a - b));
      for (const { series } of points) {
        expect(owners.get(series.id) ?? partition).toBe(partition);
        owners.set(series.id, partition);
      }
    }
  });
});
