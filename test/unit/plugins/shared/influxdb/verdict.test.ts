import { describe, expect, it } from 'vitest';
import { verdictOf, type Verdict } from '../../../../../src/plugins/shared/influxdb/verdict.ts';

const json = (error: string): string => JSON.stringify({ error });

describe('verdictOf', () => {
  // Measured on 1.6.7; those of other versions are from their sources.
  it.each([
    [1, 204, '', 'ok'],
    [1, 200, '', 'ok'],
    [
      1,
      400,
      json(
        'partial write: field type conflict: input field "v" on measurement "m" is type integer, already exists as type float dropped=2',
      ),
      'refused 2',
    ],
    [1, 400, json('partial write: points beyond retention policy dropped=1'), 'refused 1'],
    [1, 400, json("partial write: unable to parse 'bad': missing fields\nunable to parse 'worse': missing fields dropped=0"), 'refused 0'],
    [1, 500, json('partial write: points beyond retention policy dropped=99'), 'refused 99'],
    [1, 400, json("unable to parse 'bad': missing fields"), 'refused 0'],
    [1, 400, json('field type conflict'), 'refused 0'],
    [1, 404, json('database not found: "x"'), 'missing'],
    [1, 500, json('retention policy not found: x'), 'missing'],
    [1, 413, json('Request Entity Too Large'), 'too_large'],
    [1, 401, json('authorization failed'), 'retry'],
    [1, 403, json('"ada" user is not authorized to write to database "x"'), 'retry'],
    [1, 404, '404 page not found', 'retry'],
    [1, 301, '', 'retry'],
    [1, 405, 'Method Not Allowed', 'retry'],
    [1, 415, 'Unsupported Media Type', 'reject'],
    [1, 400, 'Client sent an HTTP request to an HTTPS server.\n', 'retry'],
    [1, 400, '<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>', 'retry'],
    [2, 400, '<!DOCTYPE HTML>\n<title>Bad Request</title>', 'retry'],
    [1, 400, json(`unable to parse '<html>': missing fields`), 'refused 0'],
    [1, 400, json('write failed: hinted handoff queue not empty'), 'refused 0'],
    [1, 429, '', 'retry'],
    [1, 408, '', 'retry'],
    [1, 425, '', 'retry'],
    [1, 402, '', 'reject'],
    [1, 302, '', 'retry'],
    [1, 303, '', 'retry'],
    [2, 422, JSON.stringify({ code: 'unprocessable entity', message: 'some other words' }), 'refused 0'],
    [1, 500, json('timeout'), 'retry'],
    [1, 500, json('write failed: hinted handoff queue not empty'), 'ok'],
    [1, 502, '<html>Bad Gateway</html>', 'retry'],
    [2, 400, JSON.stringify({ code: 'invalid', message: "unable to parse 'bad': missing fields" }), 'refused 0'],
    [
      2,
      422,
      JSON.stringify({
        code: 'unprocessable entity',
        message: 'failure writing points to database: partial write: field type conflict dropped=3',
      }),
      'refused 3',
    ],
    [2, 404, JSON.stringify({ code: 'not found', message: 'bucket "x" not found' }), 'missing'],
    [
      2,
      400,
      JSON.stringify({ error: 'partial write of line protocol occurred', data: [{ line_number: 1 }, { line_number: 4 }] }),
      'refused 0, lines 1 4',
    ],
    [
      3,
      400,
      JSON.stringify({
        error: 'parsing failed for write_lp endpoint',
        data: { original_line: 'bad', line_number: 2, error_message: 'no fields' },
      }),
      'refused 0, lines 2',
    ],
    // What points say of themselves is not what the server says.
    [
      1,
      400,
      json(`partial write: unable to parse 'm s="bucket x not found: hinted handoff queue not empty" x': bad dropped=0`),
      'refused 0',
    ],
    [1, 400, json('partial write: field type conflict: input field "dropped=99" on measurement "m" is type float dropped=1'), 'refused 1'],
    [1, 407, '', 'retry'],
    [1, 0, 'connect ECONNREFUSED', 'retry'],
  ] as const)('of version %i, %i %s is %s', (_version, status, text, expected) => {
    expect(toText(verdictOf({ status, text, retryAfter: undefined }, 0))).toBe(expected);
  });

  it('waits as long as the server asks', () => {
    expect(verdictOf({ status: 503, text: '', retryAfter: '3' }, 0)).toEqual({ kind: 'retry', reason: '503', retryAfterMs: 3000 });
  });

  it.each([
    ['https://a/write', 'https://a'],
    ['https://a/base/write?db=x', 'https://a/base'],
    ['https://a:8086/api/v2/write?org=o&bucket=b', 'https://a:8086'],
    ['https://a/login', 'https://a/login'],
  ])('says where a redirect leads, to %s, and what belongs in urls', (location, base) => {
    const moved = verdictOf({ status: 301, text: '', retryAfter: undefined, location }, 0);
    expect(moved).toEqual({ kind: 'retry', reason: `301 (it points to ${location}: put ${base} in urls)`, retryAfterMs: undefined });
  });
});

function toText(verdict: Verdict): string {
  if (verdict.kind !== 'refused') return verdict.kind;
  const lines = verdict.lines.map(({ number }) => number);
  return `refused ${verdict.dropped}${lines.length === 0 ? '' : `, lines ${lines.join(' ')}`}`;
}
