import { describe, expect, it } from 'vitest';
import { deviceNumber, parseUdev } from '../../../../src/plugins/shared/udev.ts';

describe('deviceNumber', () => {
  it.each([
    [0x103n, 1n, 3n],
    [0x801n, 8n, 1n],
    [0xfd00n, 253n, 0n],
    [(259n << 8n) | 5n, 259n, 5n],
    [(1n << 20n) | 0x803n, 8n, 0x103n],
    [(1n << 44n) | 0x803n, 0x1008n, 3n],
  ])('%i is %i:%i', (rdev, major, minor) => {
    expect(deviceNumber(rdev)).toEqual({ major, minor });
  });
});

describe('parseUdev', () => {
  it('reads links and properties, with whatever is in their values', () => {
    const { links, properties } = parseUdev('S:disk/by-label/a b\nS:x\nW:1\nE:A=b=c\nE:EMPTY=\nE:none\nI:1=2\n');
    expect(links).toEqual(['disk/by-label/a b', 'x']);
    expect([...properties]).toEqual([
      ['A', 'b=c'],
      ['EMPTY', ''],
    ]);
  });
});
