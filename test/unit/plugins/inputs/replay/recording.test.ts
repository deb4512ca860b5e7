import { describe, expect, it } from 'vitest';
import { Interner } from '../../../../../src/metric/interner.ts';
import { roundMs, shiftFor, toRecording, type Recording } from '../../../../../src/plugins/inputs/replay/recording.ts';
import { parsePoints, toLines } from '../../../../support/points.ts';

const interner = new Interner();

/** A recording with points at these seconds. */
function at(...seconds: number[]): Recording {
  return toRecording(parsePoints(interner, seconds.map((second) => `m v=${second} ${BigInt(Math.round(second * 1e9))}`).join('\n')));
}

describe('toRecording', () => {
  it('groups by the exact time, in order of time, and keeps the order within a group', () => {
    const { groups } = toRecording(
      parsePoints(interner, 'a v=1 2000000000\nb v=1 2000000000\nc v=1 1000000000\nd v=1 2000000001\na v=2 2000000000'),
    );
    expect(groups.map(({ points }) => toLines(interner, points))).toEqual([
      ['c v=1 1000000000'],
      ['a v=1 2000000000', 'b v=1 2000000000', 'a v=2 2000000000'],
      ['d v=1 2000000001'],
    ]);
  });

  it('finds the interval although samples are missing, and takes a second when there is none', () => {
    expect(at(0, 10, 20, 50, 60).intervalMs).toBe(10_000);
    expect(at(0, 0.5, 1, 1.5).intervalMs).toBe(1000);
    expect(at(5).intervalMs).toBe(1000);
  });
});

describe('shiftFor', () => {
  const recording = at(1_000_000, 1_000_010, 1_000_020);

  it('moves the start or the end to now or just before, by whole intervals', () => {
    const now = 1_760_000_007_123;
    const start = shiftFor(recording, 'start_now', now);
    expect(start % 10_000).toBe(0);
    expect(1_000_000_000 + start).toBe(1_760_000_000_000);
    expect(1_000_020_000 + shiftFor(recording, 'end_now', now)).toBe(1_760_000_000_000);
    expect(shiftFor(recording, 'none', now)).toBe(0);
  });

  it('moves back a recording from the future, and leaves one that is there already', () => {
    expect(shiftFor(recording, 'start_now', 999_999_999)).toBe(-10_000);
    expect(shiftFor(recording, 'start_now', 1_000_000_000)).toBe(0);
  });
});

describe('roundMs', () => {
  it('lets the next round begin one interval after the last', () => {
    expect(roundMs(at(0, 10, 20))).toBe(30_000);
    expect(roundMs(at(7))).toBe(1000);
    expect(roundMs(at(0, 10, 20, 25))).toBe(40_000);
  });
});
