import type { Binary } from '../syntax/tree.ts';
import { Float } from '../values/float.ts';
import type { Compiler, Evaluate } from './frame.ts';
import { binary } from './operators.ts';

/** `x op y`; sums, differences and products of small ints or of floats are done in place. */
export function compileBinary({ op, left, right, at }: Binary, compiler: Compiler): Evaluate {
  const x = compiler.expression(left);
  const y = compiler.expression(right);
  const inPlace = IN_PLACE[op];
  if (inPlace === undefined) {
    return (frame) => {
      const a = x(frame);
      const b = y(frame);
      frame.at = at;
      return binary(op, a, b);
    };
  }
  return (frame) => {
    const a = x(frame);
    const b = y(frame);
    if (a instanceof Float && b instanceof Float) return new Float(inPlace(a.value, b.value));
    if (typeof a === 'number' && typeof b === 'number') {
      const result = inPlace(a, b);
      // Adding 0 makes 0 of -0, which is no int.
      if (Number.isSafeInteger(result)) return result + 0;
    }
    frame.at = at;
    return binary(op, a, b);
  };
}

const IN_PLACE: Readonly<Partial<Record<Binary['op'], (x: number, y: number) => number>>> = {
  '+': (x, y) => x + y,
  '-': (x, y) => x - y,
  '*': (x, y) => x * y,
};
