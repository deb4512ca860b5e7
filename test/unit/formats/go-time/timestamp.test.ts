import { describe, expect, it } from 'vitest';
import { timestampReader } from '../../../../src/formats/go-time/timestamp.ts';
import { findZone, utc } from '../../../../src/formats/go-time/zone.ts';

function read(format: string, text: string, zone = 'UTC'): string | undefined {
  const time = timestampReader(format, findZone(zone) ?? utc)?.(text);
  return time === undefined ? undefined : `${new Date(time[0]).toISOString()} ${time[1]}`;
}

describe('a timestamp', () => {
  it.each([
    ['unix', '1795361564.1962268', '2026-11-22T15:32:44.196Z 226800'],
    ['unix', '1795361564,5', '2026-11-22T15:32:44.500Z 0'],
    ['unix', '-1', '1969-12-31T23:59:59.000Z 0'],
    ['unix_ms', '1795361564196', '2026-11-22T15:32:44.196Z 0'],
    ['unix_us', '1795361564196226', '2026-11-22T15:32:44.196Z 226000'],
    ['unix_ns', '1795361564196226801', '2026-11-22T15:32:44.196Z 226801'],
    ['Unix_NS', '1', '1970-01-01T00:00:00.000Z 1'],
  ])('%s reads %s', (format, text, time) => {
    expect(read(format, text)).toBe(time);
  });

  it.each([
    ['unix', '1e9'],
    ['unix', ''],
    ['unix_ns', '9223372036854775808'],
    ['2006', '2263'],
  ])('%s refuses %s', (format, text) => {
    expect(read(format, text)).toBeUndefined();
  });
});

describe('a time without a zone', () => {
  const LAYOUT = '2006-01-02 15:04:05';

  it.each([
    ['Europe/Paris', '2025-09-19 15:56:31', '2025-09-19T13:56:31.000Z 0'],
    ['Europe/Paris', '2025-12-19 15:56:31', '2025-12-19T14:56:31.000Z 0'],
    ['America/New_York', '2025-01-01 00:00:00', '2025-01-01T05:00:00.000Z 0'],
    ['Asia/Kathmandu', '2025-01-01 00:00:00', '2024-12-31T18:15:00.000Z 0'],
    // An hour before and after the clocks go forward (01:00 UTC on the last Sunday of March) and back.
    ['Europe/Paris', '2025-03-30 01:59:59', '2025-03-30T00:59:59.000Z 0'],
    ['Europe/Paris', '2025-03-30 03:00:00', '2025-03-30T01:00:00.000Z 0'],
    ['Europe/Paris', '2025-10-26 01:59:59', '2025-10-25T23:59:59.000Z 0'],
    ['Europe/Paris', '2025-10-26 03:00:00', '2025-10-26T02:00:00.000Z 0'],
  ])('is of the zone %s: %s', (zone, text, time) => {
    expect(read(LAYOUT, text, zone)).toBe(time);
  });

  it('that the clocks show twice, or not at all, is one of the two that Go takes', () => {
    expect(['2025-10-26T00:30:00.000Z 0', '2025-10-26T01:30:00.000Z 0']).toContain(read(LAYOUT, '2025-10-26 02:30:00', 'Europe/Paris'));
    expect(['2025-03-30T00:30:00.000Z 0', '2025-03-30T01:30:00.000Z 0']).toContain(read(LAYOUT, '2025-03-30 02:30:00', 'Europe/Paris'));
  });

  it('that says its zone is of that one', () => {
    expect(read('RFC3339', '2025-09-19T15:56:31Z', 'Europe/Paris')).toBe('2025-09-19T15:56:31.000Z 0');
    expect(read('2006-01-02 15:04 MST', '2025-09-19 15:56 UTC', 'Europe/Paris')).toBe('2025-09-19T15:56:00.000Z 0');
  });

  it('needs a zone that exists', () => {
    expect(findZone('Europe/Lutetia')).toBeUndefined();
  });
});
