import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addRate, constantRate, seriesRate, tariffRate, type DatedRate } from '../../../src/energy/rate.ts';

const utc = (text: string) => Date.parse(`${text}Z`);
const HOUR = 3_600_000;

describe('a tariff', () => {
  const offPeak = [{ fromMinute: 22 * 60 + 30, toMinute: 6 * 60 + 30, perKwh: 0.16 }];
  const rate = tariffRate(0.2, offPeak, 'Europe/Paris');

  it('goes by the local hour, across midnight, in winter and in summer', () => {
    expect(rate.over(utc('2026-01-15T21:00:00'), utc('2026-01-15T21:30:00'))).toBeCloseTo(0.2, 12);
    expect(rate.over(utc('2026-01-15T21:30:00'), utc('2026-01-15T21:40:00'))).toBeCloseTo(0.16, 12);
    expect(rate.over(utc('2026-07-15T20:20:00'), utc('2026-07-15T20:30:00'))).toBeCloseTo(0.2, 12);
    expect(rate.over(utc('2026-07-15T20:30:00'), utc('2026-07-15T20:40:00'))).toBeCloseTo(0.16, 12);
  });

  it('charges an interval across an edge for its two parts', () => {
    expect(rate.over(utc('2026-01-15T21:00:00'), utc('2026-01-15T22:00:00'))).toBeCloseTo(0.18, 12);
  });

  it('is the mean of the day for a whole day, and for what is longer than a month', () => {
    const mean = (16 * 0.2 + 8 * 0.16) / 24;
    expect(rate.over(utc('2026-01-15T00:00:00'), utc('2026-01-16T00:00:00'))).toBeCloseTo(mean, 12);
    expect(rate.over(0, utc('2026-01-16T00:00:00'))).toBeCloseTo(mean, 12);
  });

  it('may have a price for the whole day, the last one given', () => {
    expect(tariffRate(1, [{ fromMinute: 0, toMinute: 0, perKwh: 2 }], 'UTC').over(0, HOUR)).toBe(2);
  });

  it('adds up, however an interval is cut', () => {
    const time = fc.integer({ min: utc('2026-03-28T00:00:00'), max: utc('2026-03-31T00:00:00') });
    fc.assert(
      fc.property(time, time, time, (...times) => {
        const [a, b, c] = times.toSorted((x, y) => x - y);
        const charge = (from: number, to: number) => (to - from) * (rate.over(from, to) ?? 0);
        expect(charge(a, b) + charge(b, c)).toBeCloseTo(charge(a, c), 3);
      }),
    );
  });
});

describe('a series of rates', () => {
  const rates: readonly DatedRate[] = [
    { ms: HOUR, perKwh: 50 },
    { ms: 2 * HOUR, perKwh: 100 },
  ];
  const rate = seriesRate(() => rates, 2 * HOUR);

  it('holds each until the next', () => {
    expect(rate.over(HOUR, 2 * HOUR)).toBe(50);
    expect(rate.over(1.5 * HOUR, 2.5 * HOUR)).toBe(75);
    expect(rate.over(2 * HOUR, 2 * HOUR)).toBe(100);
  });

  it('is not known before the first, nor long after the last', () => {
    expect(rate.over(0, HOUR - 1)).toBeUndefined();
    expect(rate.over(0, 1.5 * HOUR)).toBeUndefined();
    expect(rate.over(4 * HOUR, 4 * HOUR + 1)).toBeUndefined();
    expect(rate.over(4 * HOUR - 1, 4 * HOUR)).toBe(100);
  });

  it('is kept in order, without repeats, and bounded', () => {
    const added = addRate(addRate(rates, { ms: 1.5 * HOUR, perKwh: 70 }), { ms: 2 * HOUR, perKwh: 110 });
    expect(added.map(({ perKwh }) => perKwh)).toEqual([50, 70, 110]);
    let many: readonly DatedRate[] = [];
    for (let ms = 0; ms < 2000; ms++) many = addRate(many, { ms, perKwh: ms });
    expect([many.length, many[0].ms]).toEqual([1024, 976]);
  });
});

describe('a constant', () => {
  it('is the same at all times', () => expect(constantRate(3).over(0, HOUR)).toBe(3));
});
