import { describe, expect, it } from 'vitest';
import { loadFields, uptimeSeconds, uptimeText } from '../../../../../src/plugins/inputs/system/load.ts';
import { countUsers } from '../../../../../src/plugins/inputs/system/users.ts';

describe('uptimeText', () => {
  it.each([
    [0, ' 0:00'],
    [59, ' 0:00'],
    [874, ' 0:14'],
    [47_100, '13:05'],
    [86_399, '23:59'],
    [86_400, '1 day,  0:00'],
    [172_800 + 3660, '2 days,  1:01'],
    [1000 * 86_400 + 13 * 3600, '1000 days, 13:00'],
  ])('%i is %j', (seconds, text) => {
    expect(uptimeText(seconds)).toBe(text);
  });
});

describe('uptimeSeconds', () => {
  it('counts a second that has begun', () => {
    expect(['874.00 1.0', '874.01 1.0', '0.99 3'].map(uptimeSeconds)).toEqual([874, 875, 1]);
  });

  it('tells of another text', () => {
    expect(() => uptimeSeconds('up')).toThrow('this is no uptime: "up"');
    expect(() => loadFields('0.5 x 1.0')).toThrow('this is no load: "0.5 x 1.0"');
    expect(() => loadFields('')).toThrow('this is no load');
  });
});

describe('countUsers', () => {
  const record = (bytes: number, type: number, user: string): Buffer => {
    const entry = Buffer.alloc(bytes);
    entry.writeInt16LE(type, 0);
    entry.write(user, 44, 'latin1');
    return entry;
  };

  it.each([384, 400])('counts sessions in records of %i bytes', (bytes) => {
    const utmp = [
      record(bytes, 2, 'reboot'),
      record(bytes, 7, 'ada'),
      record(bytes, 7, 'ada'),
      record(bytes, 7, 'grace'),
      record(bytes, 8, 'left'),
    ];
    expect(countUsers(Buffer.concat(utmp))).toEqual({ count: 3, unique: 2 });
  });

  it('takes a name of full length, and what is cut off for nothing', () => {
    const long = 'x'.repeat(32);
    expect(countUsers(Buffer.concat([record(384, 7, `${long}y`), record(384, 7, long)]))).toEqual({ count: 2, unique: 1 });
    expect(countUsers(record(384, 7, 'ada').subarray(0, 100))).toEqual({ count: 0, unique: 0 });
    expect(countUsers(Buffer.alloc(0))).toEqual({ count: 0, unique: 0 });
  });
});
