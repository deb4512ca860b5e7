import { describe, expect, it } from 'vitest';
import { ageText, bytesText, pointsText } from '../../../src/cli/queue/amounts.ts';
import { letterLines, letterText } from '../../../src/cli/queue/letters.ts';
import { statusText } from '../../../src/cli/queue/status.ts';
import { registry } from '../../../src/plugins/registry.generated.ts';
import type { DeadLetter } from '../../../src/queue/store.ts';

function letter(body: Buffer | string, more: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id: 7,
    output: 'outputs.influxdb::pau#2',
    atMs: 0,
    destination: '/write?db=x',
    body: Buffer.from(body),
    points: 1,
    firstMs: 0,
    lastMs: 0,
    reason: '400 no',
    ...more,
  };
}

describe('a dead letter as text', () => {
  it('has its head, the words of the server and the first lines', () => {
    expect(letterText(letter('a v=1\nb v=2\nc v=3\nd v=4\ne v=5\n', { points: 5 }), registry.outputs)).toBe(
      [
        '7  1970-01-01T00:00:00.000Z  outputs.influxdb::pau#2  5 points for /write?db=x',
        '    400 no',
        '    a v=1',
        '    b v=2',
        '    c v=3',
        '    … 2 more lines',
      ].join('\n'),
    );
  });

  it('escapes what comes from outside, also bytes that are no text, and cuts what is long', () => {
    const hostile = letter(Buffer.concat([Buffer.from('a\x1b]0;x\x07,t='), Buffer.of(0xff), Buffer.from(` v="${'y'.repeat(1000)}"\n`)]), {
      reason: 'no\n\x1b[2J',
      destination: '\u202e',
      output: 'outputs.influxdb::\x1b',
    });
    const text = letterText(hostile, registry.outputs);
    // oxlint-disable-next-line no-control-regex -- controls are what must not be there
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f\u202e]/);
    expect(text).toContain('a\\x1b]0;x\\x07,t=\\xff v=');
    expect(text.length).toBeLessThan(600);
  });

  it('says so where there are no lines to show', () => {
    expect(letterText(letter('abc', { output: 'outputs.gone' }), registry.outputs)).toContain(
      '(3 bytes in a form that has no line protocol)',
    );
    expect(letterText(letter('abc', { output: 'outputs.prometheus_remote_write' }), registry.outputs)).toContain(
      "(3 bytes that can't be read: ",
    );
  });
});

describe('a dead letter as line protocol', () => {
  it('keeps every byte, behind a comment of one line', () => {
    const body = Buffer.concat([Buffer.from('a,t='), Buffer.of(0xff, 0x1b), Buffer.from(' v=1')]);
    const lines = letterLines(letter(body, { reason: 'two\nlines' }), registry.outputs);
    expect(lines).toEqual(Buffer.concat([Buffer.from('# 7 outputs.influxdb::pau#2: two\\nlines\n'), body, Buffer.from('\n')]));
  });
});

describe('the status', () => {
  it('is a line for each output', () => {
    const none = { letters: 0, points: 0, bytes: 0, evictedPoints: 0 };
    const outputs = [
      { name: 'outputs.influxdb', depth: { payloads: 2, points: 1234, bytes: 5_000_000, oldestMs: 0 }, deadLetters: none },
      {
        name: 'outputs.file',
        depth: { payloads: 0, points: 0, bytes: 0, oldestMs: undefined },
        deadLetters: { ...none, letters: 1, points: 3 },
      },
    ];
    expect(statusText(outputs, 300_000)).toBe(
      [
        'outputs.influxdb  1,234 points waiting  4.8 MiB  oldest 5 min ago  no dead letters',
        'outputs.file      0 points waiting      0 B                        1 dead letter with 3 points',
      ].join('\n'),
    );
  });
});

it('amounts read as people say them', () => {
  expect([pointsText(1), pointsText(2000)]).toEqual(['1 point', '2,000 points']);
  expect([bytesText(0), bytesText(1023), bytesText(1024), bytesText(3 * 1024 ** 3)]).toEqual(['0 B', '1023 B', '1.0 KiB', '3.0 GiB']);
  expect([ageText(-5), ageText(119_999), ageText(120_000), ageText(7_200_000), ageText(200_000_000)]).toEqual([
    '0 s',
    '119 s',
    '2 min',
    '2 h',
    '2 days',
  ]);
});
