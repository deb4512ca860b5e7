import { describe, expect, it } from 'vitest';
import { defaults } from '../../../../src/plugins/processors/defaults/plugin.ts';
import { testContext } from '../../../support/context.ts';
import { parsePoints, process, toLines } from '../../../support/points.ts';

function fill(options: object, ...lines: string[]): string[] {
  const context = testContext();
  const processor = defaults.create(defaults.schema.parse(options), context);
  const points = parsePoints(context.interner, lines.map((line) => `${line} 1\n`).join(''));
  return toLines(context.interner, process(processor, points)).map((line) => line.replace(/ 1$/, ''));
}

describe('defaults', () => {
  it('sets fields that are missing, and texts of nothing but white space', () => {
    const fields = { status: 'ok', errors: 0, load: 0.5, up: true };
    expect(fill({ fields }, 'm status="",errors="  "', 'm status="\u3000\t",errors=2i,load=1i,up="no"')).toEqual([
      'm errors=0i,load=0.5,status="ok",up=true',
      'm errors=2i,load=1i,status="ok",up="no"',
    ]);
  });

  it('sets tags that are missing or blank', () => {
    expect(fill({ tags: { room: 'none', empty: '' } }, 'm v=1', 'm,room=\\  v=1', 'm,room=a v=1')).toEqual([
      'm,room=none v=1',
      'm,room=none v=1',
      'm,room=a v=1',
    ]);
  });

  it('lets pass what lacks nothing', () => {
    const context = testContext();
    const processor = defaults.create(defaults.schema.parse({ fields: { v: 1 }, tags: { a: 'x' } }), context);
    const [point] = parsePoints(context.interner, 'm,a=b v=2 1\n');
    expect(processor.bind(point.shape)).toBe('pass');
  });
});
