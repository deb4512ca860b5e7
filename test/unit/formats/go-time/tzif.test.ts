import { describe, expect, it } from 'vitest';
import { readZoneNames } from '../../../../src/formats/go-time/tzif.ts';

const NAMES = 'LMT\0CET\0CEST\0';
/** Offsets, summer time, and where in `NAMES` the name begins. */
const TYPES = [
  [561, 0, 0],
  [3600, 0, 4],
  [7200, 1, 8],
] as const;

function header(version: string, times: number, types: number, characters: number): Buffer {
  const bytes = Buffer.alloc(44);
  bytes.write(`TZif${version}`, 'latin1');
  [0, 0, 0, times, types, characters].forEach((count, index) => bytes.writeUInt32BE(count, 20 + index * 4));
  return bytes;
}

/** A file of version 2 with these changes, in seconds since 1970, and the rule for what comes after. */
function file(changes: readonly (readonly [second: number, type: number])[], rule: string): Buffer {
  const times = Buffer.alloc(changes.length * 8);
  changes.forEach(([second], index) => times.writeBigInt64BE(BigInt(second), index * 8));
  const types = TYPES.map(([offset, summer, name]) => {
    const bytes = Buffer.alloc(6);
    bytes.writeInt32BE(offset);
    bytes.set([summer, name], 4);
    return bytes;
  });
  const old = [header('2', 1, 1, 4), Buffer.alloc(4 + 1 + 6 + 4)];
  const changed = Buffer.from(changes.map(([, type]) => type));
  return Buffer.concat([
    ...old,
    header('2', changes.length, 3, NAMES.length),
    times,
    changed,
    ...types,
    Buffer.from(NAMES),
    Buffer.from(`\n${rule}\n`),
  ]);
}

const CHANGES = [
  [-1000, 1],
  [1000, 2],
  [2000, 1],
] as const;

describe('the names of a zone', () => {
  it('are those of the last change', () => {
    const names = readZoneNames(file(CHANGES, ''), () => 60);
    expect([-1_000_001, -1_000_000, 999_999, 1_000_000, 2_000_000, 9e12].map((ms) => names?.(ms))).toEqual([
      'LMT',
      'CET',
      'CET',
      'CEST',
      'CET',
      'CET',
    ]);
  });

  it.each([
    ['CET-1CEST,M3.5.0,M10.5.0/3', 60, 'CET'],
    ['CET-1CEST,M3.5.0,M10.5.0/3', 120, 'CEST'],
    ['EST5EDT,M3.2.0,M11.1.0', -300, 'EST'],
    ['EST5EDT,M3.2.0,M11.1.0', -240, 'EDT'],
    ['<+0530>-5:30', 330, '+0530'],
    ['<-03>3<-02>,M3.5.0/-2,M10.5.0/-1', -120, '-02'],
    ['IST-1GMT0,M10.5.0,M3.5.0/1', 0, 'GMT'],
  ])('are after it by %s, %d minutes ahead of UTC: %s', (rule, offset, name) => {
    expect(readZoneNames(file(CHANGES, rule), () => offset)?.(3_000_000)).toBe(name);
  });

  it('are not in what is no such file', () => {
    const whole = file(CHANGES, '');
    const others = [
      Buffer.alloc(0),
      Buffer.from('TZif'),
      header('\0', 0, 1, 4),
      whole.subarray(0, 60),
      whole.subarray(0, 110),
      Buffer.alloc(500),
    ];
    expect(others.map((bytes) => readZoneNames(bytes, () => 0))).toEqual(others.map(() => undefined));
  });
});
