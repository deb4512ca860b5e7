import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../../../../src/plugins/outputs/influxdb/verdict.ts';

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
      'partial 2',
    ],
    [1, 400, json('partial write: points beyond retention policy dropped=1'), 'partial 1'],
    [1, 400, json("partial write: unable to parse 'bad': missing fields\nunable to parse 'worse': missing fields dropped=0"), 'partial 2'],
    [1, 500, json('partial write: points beyond retention policy dropped=99'), 'partial 10'],
    [1, 400, json("unable to parse 'bad': missing fields"), 'reject'],
    [1, 400, json('field type conflict'), 'split'],
    [1, 404, json('database not found: "x"'), 'missing'],
    [1, 500, json('retention policy not found: x'), 'missing'],
    [1, 413, json('Request Entity Too Large'), 'split'],
    [1, 401, json('authorization failed'), 'retry'],
    [1, 403, json('"ada" user is not authorized to write to database "x"'), 'retry'],
    [1, 404, '404 page not found', 'retry'],
    [1, 301, '', 'retry'],
    [1, 405, 'Method Not Allowed', 'reject'],
    [1, 429, '', 'retry'],
    [1, 500, json('timeout'), 'retry'],
    [1, 500, json('write failed: hinted handoff queue not empty'), 'ok'],
    [1, 502, '<html>Bad Gateway</html>', 'retry'],
    [2, 400, JSON.stringify({ code: 'invalid', message: "unable to parse 'bad': missing fields" }), 'split'],
    [
      2,
      422,
      JSON.stringify({
        code: 'unprocessable entity',
        message: 'failure writing points to database: partial write: field type conflict dropped=3',
      }),
      'partial 3',
    ],
    [2, 404, JSON.stringify({ code: 'not found', message: 'bucket "x" not found' }), 'missing'],
    [
      2,
      400,
      JSON.stringify({ error: 'partial write of line protocol occurred', data: [{ line_number: 1 }, { line_number: 4 }] }),
      'partial 2',
    ],
    [1, 0, 'connect ECONNREFUSED', 'retry'],
  ] as const)('of version %i, %i %s is %s', (version, status, text, kind) => {
    const verdict = verdictOf({ status, text, retryAfter: undefined }, version, 10, 0);
    expect(verdict.kind === 'partial' ? `partial ${verdict.refused}` : verdict.kind).toBe(kind);
  });

  it('waits as long as the server asks', () => {
    expect(verdictOf({ status: 503, text: '', retryAfter: '3' }, 2, 1, 0)).toEqual({ kind: 'retry', reason: '503', retryAfterMs: 3000 });
  });
});
