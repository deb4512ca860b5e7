import { describe, expect, it } from 'vitest';
import { override } from '../../../../src/plugins/processors/override/plugin.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoint, process, toLines } from '../../../support/points.ts';

const LINE = 'cpu,host=kvm-0 idle=97.4 1760000000000000000';

function overridden(options: object) {
  const context = testContext();
  const processor = override.create(override.schema.parse(options), context);
  const point = parsePoint(context.interner, LINE);
  const [after] = process(processor, [point]);
  return { line: toLines(context.interner, [after])[0], keepsBytes: after.source === point.source, binding: processor.bind(point.shape) };
}

describe('override', () => {
  it.each<[string, object, string]>([
    [
      'puts prefix and suffix around the new name',
      { name_override: 'x', name_prefix: 'a_', name_suffix: '_b' },
      'a_x_b,host=kvm-0 idle=97.4 1760000000000000000',
    ],
    ['puts them around the old name', { name_prefix: 'a_', name_suffix: '_b' }, 'a_cpu_b,host=kvm-0 idle=97.4 1760000000000000000'],
    [
      'sets tags over those that are there',
      { tags: { host: 'other', rack: 'r7' } },
      'cpu,host=other,rack=r7 idle=97.4 1760000000000000000',
    ],
    ['removes a tag by an empty value', { tags: { host: '' } }, 'cpu idle=97.4 1760000000000000000'],
  ])('%s', (_name, options, line) => {
    expect(overridden(options)).toMatchObject({ line, keepsBytes: true });
  });

  it('passes what it does not change', () => {
    expect(overridden({ tags: { host: 'kvm-0' } }).binding).toBe('pass');
  });
});
