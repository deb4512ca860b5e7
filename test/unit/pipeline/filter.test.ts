import { describe, expect, it } from 'vitest';
import type { Filter } from '../../../src/config/common.ts';
import { ConfigError } from '../../../src/config/diagnostics.ts';
import type { Point } from '../../../src/metric/point.ts';
import { MetricFilter } from '../../../src/pipeline/filter.ts';
import { testContext } from '../../support/context.ts';
import { parsePoint, toLines } from '../../support/points.ts';

function setUp(filter: Filter) {
  const context = testContext();
  const metricFilter = new MetricFilter(filter, context);
  return { context, metricFilter, point: (line: string) => parsePoint(context.interner, line) };
}

/** What a filter leaves of one line: 'not selected', 'empty', or the line. */
function through(filter: Filter, line: string): string {
  const { context, metricFilter, point } = setUp(filter);
  const before: Point = point(line);
  if (!metricFilter.selects(before.shape)) return 'not selected';
  const modified = metricFilter.modify(before.shape);
  if (modified === 'empty') return modified;
  return toLines(context.interner, [modified === 'unchanged' ? before : modified.apply(before)])[0];
}

const NET = 'net,host=kvm-0,interface=eno1,zone=a bytes_recv=1i,drop_in=2i,err_in=3i 1760000000000000000';

describe('selecting by name', () => {
  it.each<[string, Filter, boolean]>([
    ['an empty namepass is no filter', { namepass: [] }, true],
    ['an empty entry matches nothing', { namepass: [''] }, false],
    ['namepass and namedrop must agree', { namepass: ['n*'], namedrop: ['*t'] }, false],
    ['namepass alone', { namepass: ['n*'] }, true],
    ['separators stop the star', { namepass: ['n*'], namepass_separator: 'e' }, false],
    ['separators of namedrop are its own', { namedrop: ['n*'], namepass_separator: 'e' }, false],
  ])('%s', (_name, filter, selected) => {
    expect(through(filter, NET)).toBe(selected ? NET : 'not selected');
  });
});

describe('selecting by tags', () => {
  it.each<[string, Filter, boolean]>([
    ['tagpass is an OR over all keys', { tagpass: { zone: ['x'], host: ['kvm-*'] } }, true],
    ['tagpass wants one of the keys', { tagpass: { rack: ['*'] } }, false],
    ['tagdrop does not', { tagdrop: { rack: ['*'] } }, true],
    ['drop wins over pass', { tagpass: { host: ['*'] }, tagdrop: { zone: ['a'] } }, false],
    ['a table without keys is no filter', { tagpass: {}, tagdrop: {} }, true],
    ['an empty list in tagpass passes nothing', { tagpass: { zone: [] } }, false],
    ['an empty list in tagdrop drops nothing', { tagdrop: { zone: [] } }, true],
    ['an empty text passes nothing', { tagpass: { zone: [''] } }, false],
  ])('%s', (_name, filter, selected) => {
    expect(through(filter, NET)).toBe(selected ? NET : 'not selected');
  });
});

describe('removing', () => {
  it.each<[string, Filter, string]>([
    [
      'fields: included, then excluded',
      { fieldinclude: ['*_in'], fieldexclude: ['err*'] },
      'net,host=kvm-0,interface=eno1,zone=a drop_in=2i 1760000000000000000',
    ],
    [
      'fields: old names add to the new ones',
      { fieldinclude: ['err_in'], fieldpass: ['drop_in'], pass: ['bytes*'], fieldexclude: ['x'], fielddrop: ['err_in'], drop: ['bytes*'] },
      'net,host=kvm-0,interface=eno1,zone=a drop_in=2i 1760000000000000000',
    ],
    [
      'tags: included, then excluded',
      { taginclude: ['host', 'zone'], tagexclude: ['z*'] },
      'net,host=kvm-0 bytes_recv=1i,drop_in=2i,err_in=3i 1760000000000000000',
    ],
    ['tags and fields', { tagexclude: ['*'], fieldinclude: ['err_in'] }, 'net err_in=3i 1760000000000000000'],
    ['nothing that is there', { tagexclude: ['rack'], fieldexclude: ['x'] }, NET],
    ['every field drops the point', { fieldexclude: ['*'] }, 'empty'],
    ['an empty entry in fieldinclude keeps none', { fieldinclude: [''] }, 'empty'],
    ['an empty entry in taginclude keeps none', { taginclude: [''] }, 'net bytes_recv=1i,drop_in=2i,err_in=3i 1760000000000000000'],
  ])('%s', (_name, filter, line) => {
    expect(through(filter, NET)).toBe(line);
  });

  it('keeps the bytes of a point of which only tags go', () => {
    const { metricFilter, point } = setUp({ tagexclude: ['host'] });
    const before = point(NET);
    const modified = metricFilter.modify(before.shape);
    if (typeof modified === 'string') throw new Error(`expected a new shape, got ${modified}`);
    const after = modified.apply(before);
    expect(before.source).not.toBeNull();
    expect(after.source).toBe(before.source);
    expect(after.shape).toBe(modified.shape);
  });

  it('says that nothing changes, so that a runner need not touch the points', () => {
    const { metricFilter, point } = setUp({ tagexclude: ['rack'], fieldinclude: ['*'] });
    expect(metricFilter.modify(point(NET).shape)).toBe('unchanged');
  });
});

describe('a pattern that cannot be read', () => {
  it.each<[Filter, readonly string[], string]>([
    [{ namepass: ['cpu', 'ne[a-z0-9]'] }, ['namepass'], 'namepass: "{cpu,ne[a-z0-9]}" is no glob: expected close range character'],
    [{ tagdrop: { host: ['[z-a]'] } }, ['tagdrop', 'host'], 'tagdrop.host: "[z-a]" is no glob: hi character'],
    [{ drop: ['[x'] }, ['fieldexclude'], 'unexpected end of input'],
  ])('%j names the option', (filter, option, message) => {
    const error = thrownBy(() => setUp(filter));
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).option).toEqual(option);
    expect((error as ConfigError).message).toContain(message);
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error');
}
