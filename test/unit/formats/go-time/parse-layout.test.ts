import { describe, expect, it } from 'vitest';
import { goTimeReader } from '../../../../src/formats/go-time/parse-layout.ts';

function read(layout: string, text: string) {
  const reader = goTimeReader(layout);
  if (reader === undefined) return 'no layout';
  const time = reader(text);
  return time === undefined ? undefined : `${new Date(time[0]).toISOString()} ${time[1]}`;
}

describe('a Go layout', () => {
  it.each([
    ['2006-01-02T15:04:05Z07:00', '2025-10-09T08:53:20Z', '2025-10-09T08:53:20.000Z 0'],
    ['2006-01-02T15:04:05Z07:00', '2025-10-09T10:53:20.123456789+02:00', '2025-10-09T08:53:20.123Z 456789'],
    ['RFC3339', '2025-10-09T08:53:20-05:30', '2025-10-09T14:23:20.000Z 0'],
    ['rfc3339nano', '2025-10-09T08:53:20.5Z', '2025-10-09T08:53:20.500Z 0'],
    ['2006-01-02 15:04:05', '2025-10-09 08:53:20', '2025-10-09T08:53:20.000Z 0'],
    ['2006-01-02 15:04:05,000', '2025-10-09 08:53:20,250', '2025-10-09T08:53:20.250Z 0'],
    ['02/01/2006 03:04 PM', '09/10/2025 12:30 AM', '2025-10-09T00:30:00.000Z 0'],
    ['2 January 2006 3:04pm', '9 october 2025 1:05PM', '2025-10-09T13:05:00.000Z 0'],
    ['RFC1123Z', 'Thu, 09 Oct 2025 08:53:20 +0200', '2025-10-09T06:53:20.000Z 0'],
    ['RFC850', 'Thursday, 09-Oct-25 08:53:20 GMT', '2025-10-09T08:53:20.000Z 0'],
    ['ANSIC', 'Thu Oct  9 08:53:20 2025', '2025-10-09T08:53:20.000Z 0'],
    ['060102', '700101', '1970-01-01T00:00:00.000Z 0'],
    ['2006-01-02', '2024-02-29', '2024-02-29T00:00:00.000Z 0'],
  ])('%s reads %s', (layout, text, time) => {
    expect(read(layout, text)).toBe(time);
  });

  it.each([
    ['RFC3339', '2025-10-09 08:53:20Z'],
    ['RFC3339', '2025-02-29T00:00:00Z'],
    ['RFC3339', '2025-10-09T24:00:00Z'],
    ['RFC3339', ' 2025-10-09T08:53:20Z'],
    ['RFC1123', 'Thu, 09 Oct 2025 08:53:20 CET'],
    ['2006-01-02', '2025-13-01'],
  ])('%s refuses %s', (layout, text) => {
    expect(read(layout, text)).toBeUndefined();
  });

  it('has something of the reference moment in it', () => {
    expect(read('xyz', 'xyz')).toBe('no layout');
  });
});
