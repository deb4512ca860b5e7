import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../../src/config/suggest.ts';

describe('nearest', () => {
  it.each([
    ['buckt', ['bucket', 'database'], 'bucket'],
    ['flush_intervall', ['interval', 'flush_interval'], 'flush_interval'],
    ['ulrs', ['urls', 'url'], 'urls'],
    ['Database', ['database'], 'database'],
    ['prometheus_client', ['prometheus', 'influxdb'], 'prometheus'],
    ['zzz', ['urls', 'bucket'], undefined],
    ['x', ['files'], undefined],
    ['a', [], undefined],
  ])('finds for %s among %j: %s', (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });
});

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', '', 3],
    ['abc', 'abd', 1],
    ['abc', 'acb', 1],
    ['kitten', 'sitting', 3],
  ])('of %s and %s is %d, either way', (a, b, edits) => {
    expect(editDistance(a, b)).toBe(edits);
    expect(editDistance(b, a)).toBe(edits);
  });
});
