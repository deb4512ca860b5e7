import { describe, expect, it } from 'vitest';
import { writeGoTime } from '../../../../src/formats/go-time/write-layout.ts';
import { zoneAbbreviation } from '../../../../src/formats/go-time/zone.ts';

/** 2021-03-02 04:05:06.070008009, two hours and a half ahead of UTC. */
const TIME = { wallMs: Date.UTC(2021, 2, 2, 4, 5, 6, 70), ns: 8009, offsetMinutes: 150, zoneName: 'XYZ' };

describe('a time in a Go layout', () => {
  it.each([
    ['2006-01-02T15:04:05Z07:00', '2021-03-02T04:05:06+02:30'],
    ['Monday, January _2 2006 3:4:5PM', 'Tuesday, March  2 2021 4:5:6AM'],
    ['Mon Jan 2 06 03:04pm MST', 'Tue Mar 2 21 04:05am XYZ'],
    ['-0700 -07:00 -07 -070000 -07:00:00', '+0230 +02:30 +02 +023000 +02:30:00'],
    ['Z0700 Z07 Z070000 Z07:00:00', '+0230 +02 +023000 +02:30:00'],
    ['.000 ,000000 .999999999 .9 .00x', '.070 ,070008 .070008009  .07x'],
    ['002 __2 _2006', '061  61 _2021'],
    ['Janus Month 05.999', 'Janus Month 06.07'],
    ['', ''],
    ['é:1', 'é:3'],
  ])('%s: %s', (layout, text) => {
    expect(writeGoTime(layout, TIME)).toBe(text);
  });

  it('of UTC ends in Z, at noon says PM, and 0 o’clock is 12 AM', () => {
    const noon = { wallMs: Date.UTC(2024, 11, 31, 12), ns: 0, offsetMinutes: 0, zoneName: 'UTC' };

    expect(writeGoTime('3PM Z07:00 002 05.999', noon)).toBe('12PM Z 366 00');
    expect(writeGoTime('3PM', { ...noon, wallMs: Date.UTC(2024, 0, 1) })).toBe('12AM');
    expect(writeGoTime('-0700', { ...noon, offsetMinutes: -210 })).toBe('-0330');
  });
});

describe('the name of a zone’s clocks', () => {
  it.each([
    ['UTC', 'UTC'],
    ['Europe/Paris', 'CET'],
    ['America/New_York', 'EST'],
    ['Asia/Kathmandu', '+0545'],
    ['America/Sao_Paulo', '-03'],
  ])('%s: %s', (zone, name) => {
    expect(zoneAbbreviation(zone, Date.UTC(2024, 0, 1))).toBe(name);
  });
});
