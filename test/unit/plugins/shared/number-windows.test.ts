import { describe, expect, it } from 'vitest';
import { Kind } from '../../../../src/metric/kind.ts';
import type { NewField } from '../../../../src/plugins/shared/make-point.ts';
import { NumberWindows, type Summary } from '../../../../src/plugins/shared/number-windows.ts';
import { driveAggregator } from '../../../support/aggregators.ts';
import { testContext } from '../../../support/context.ts';

let made = 0;

/** Counts numbers. */
class Count implements Summary {
  #count = 0;

  constructor() {
    made++;
  }

  add(): void {
    this.#count++;
  }

  emit(field: string, out: NewField[]): void {
    if (this.#count > 0) out.push({ name: field, kind: Kind.Int, value: this.#count });
  }

  reset(): void {
    this.#count = 0;
  }
}

function setUp(options: { takesLateFields: boolean; maxFields?: number }) {
  const context = testContext();
  made = 0;
  return { context, ...driveAggregator(new NumberWindows(context, { create: () => new Count(), ...options }), context) };
}

const NOW = '1760000000000000000';

describe('NumberWindows', () => {
  it('keeps what series that go on have', () => {
    const { add, push } = setUp({ takesLateFields: true });
    for (const _ of [1, 2, 3]) {
      add('m a=1,b=2 1\nm b=1 1\n');
      expect(push()).toEqual([`m a=1i,b=2i ${NOW}`]);
    }
    expect(made).toBe(2);
  });

  it('begins each window anew where the first point says which fields there are', () => {
    const { context, add, push } = setUp({ takesLateFields: false });
    add('m a=1 1\nm a=1,b=1 1\n');
    expect(push()).toEqual([`m a=2i ${NOW}`]);
    add('m b=1 1\n');
    expect(push()).toEqual([`m b=1i ${NOW}`]);
    expect(context.dropped).toEqual(new Map([['late_field', 1]]));
  });

  it('leaves out and counts fields for which there is no room, until the next window', () => {
    const { context, add, push } = setUp({ takesLateFields: true, maxFields: 2 });
    add('m a=1,b=1,c=1 1\nn a=1 1\n');
    expect(push()).toEqual([`m a=1i,b=1i ${NOW}`]);
    expect(context.dropped).toEqual(new Map([['too_many_fields', 2]]));
    expect(push()).toEqual([]);
    add('n a=1 1\n');
    expect(push()).toEqual([`n a=1i ${NOW}`]);
  });

  it('lets go of a series with ever new names', () => {
    const { add, push } = setUp({ takesLateFields: true });
    add(Array.from({ length: 300 }, (_, index) => `m f${index}=1 1`).join('\n'));
    push();
    made = 0;
    add('m f0=1 1\n');
    expect(push()).toEqual([`m f0=1i ${NOW}`]);
    expect(made).toBe(1);
  });
});
