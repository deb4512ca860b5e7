import { describe, expect, it } from 'vitest';
import { rename } from '../../../../src/plugins/processors/rename/plugin.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoint, process, toLines } from '../../../support/points.ts';

const LINE = 'powerstat_package,host=kvm-0,package_id=0 tdp=85,watts=41.2 1760000000000000000';

function setUp(replace: object[]) {
  const context = testContext();
  const processor = rename.create(rename.schema.parse({ replace }), context);
  const point = parsePoint(context.interner, LINE);
  return { context, processor, point };
}

function renamed(replace: object[]): string {
  const { context, processor, point } = setUp(replace);
  return toLines(context.interner, process(processor, [point]))[0];
}

describe('rename', () => {
  it.each<[string, object[], string]>([
    [
      'a measurement',
      [{ measurement: 'powerstat_package', dest: 'power' }],
      'power,host=kvm-0,package_id=0 tdp=85,watts=41.2 1760000000000000000',
    ],
    ['a tag', [{ tag: 'package_id', dest: 'socket' }], 'powerstat_package,host=kvm-0,socket=0 tdp=85,watts=41.2 1760000000000000000'],
    [
      'a field, whose values follow it in the new order',
      [{ field: 'tdp', dest: 'z' }],
      'powerstat_package,host=kvm-0,package_id=0 watts=41.2,z=85 1760000000000000000',
    ],
    [
      'one after the other, on what the one before made',
      [
        { measurement: 'powerstat_package', dest: 'a' },
        { measurement: 'a', dest: 'b' },
      ],
      'b,host=kvm-0,package_id=0 tdp=85,watts=41.2 1760000000000000000',
    ],
    ['a tag over another', [{ tag: 'package_id', dest: 'host' }], 'powerstat_package,host=0 tdp=85,watts=41.2 1760000000000000000'],
    ['a field over another', [{ field: 'watts', dest: 'tdp' }], 'powerstat_package,host=kvm-0,package_id=0 tdp=41.2 1760000000000000000'],
    [
      'two fields with each other',
      [
        { field: 'tdp', dest: 'x' },
        { field: 'watts', dest: 'tdp' },
        { field: 'x', dest: 'watts' },
      ],
      'powerstat_package,host=kvm-0,package_id=0 tdp=41.2,watts=85 1760000000000000000',
    ],
    [
      'only the measurement where a rule has several',
      [{ measurement: 'powerstat_package', tag: 'host', field: 'tdp', dest: 'x' }],
      'x,host=kvm-0,package_id=0 tdp=85,watts=41.2 1760000000000000000',
    ],
    ['nothing without a destination', [{ tag: 'host' }, { measurement: 'powerstat_package', dest: '' }], LINE],
    [
      'nothing that is not there',
      [
        { tag: 'rack', dest: 'x' },
        { field: 'watt', dest: 'x' },
        { measurement: 'power*', dest: 'x' },
      ],
      LINE,
    ],
  ])('renames %s', (_name, replace, line) => {
    expect(renamed(replace)).toBe(line);
  });

  it('keeps the bytes of points whose fields keep their names', () => {
    const { processor, point } = setUp([
      { tag: 'host', dest: 'node' },
      { measurement: 'powerstat_package', dest: 'p' },
    ]);
    const [after] = process(processor, [point]);
    expect(after.source).toBe(point.source);
    expect(after.source).not.toBeNull();
  });

  it('passes what no rule concerns without touching it', () => {
    const { processor, point } = setUp([{ tag: 'rack', dest: 'x' }]);
    expect(processor.bind(point.shape)).toBe('pass');
  });
});
