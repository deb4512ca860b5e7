import { EvalError, type Position } from '../errors.ts';
import type { Expression, Name } from '../syntax/tree.ts';
import { cursorOf, Thing, typeOf, type Value } from '../values/value.ts';
import { assignElement } from './access.ts';
import { assignAttribute } from './attributes.ts';
import type { Assign, Cell, Compiler } from './frame.ts';

/** What puts a value into a target; `at` is where an error of taking it apart is. */
export function compileAssignment(target: Expression, at: Position, compiler: Compiler): Assign {
  switch (target.kind) {
    case 'name':
      return compileNameAssignment(target, compiler);
    case 'index': {
      const object = compiler.expression(target.object);
      const index = compiler.expression(target.index);
      return (frame, value) => {
        const of = object(frame);
        const key = index(frame);
        frame.at = target.at;
        assignElement(of, key, value);
      };
    }
    case 'dot': {
      const object = compiler.expression(target.object);
      return (frame, value) => {
        const of = object(frame);
        frame.at = target.at;
        assignAttribute(of, target.name, value);
      };
    }
    case 'tuple':
    case 'list': {
      const assigns = target.items.map((item) => compiler.assignment(item, at));
      return (frame, value) => {
        frame.at = at;
        const parts = unpack(value, assigns.length);
        assigns.forEach((assign, index) => assign(frame, parts[index]));
      };
    }
    default:
      throw new Error(`the resolver let an assignment to ${target.kind} pass`);
  }
}

function compileNameAssignment({ name, reference }: Name, { unit }: Compiler): Assign {
  if (reference?.kind === 'global') {
    const { globals } = unit;
    const { index } = reference;
    return (_, value) => void (globals[index] = value);
  }
  if (reference?.kind !== 'local') throw new Error(`${name} was not resolved`);
  const { index, isShared } = reference.local;
  if (isShared) return (frame, value) => void ((frame.locals[index] as Cell).value = value);
  return (frame, value) => void (frame.locals[index] = value);
}

/** The elements of a value, which must be so many. */
function unpack(value: Value, wanted: number): Value[] {
  const cursor = cursorOf(value);
  if (cursor === undefined) throw new EvalError(`got ${typeOf(value)} in sequence assignment`);
  const parts: Value[] = [];
  try {
    for (let part = cursor.next(); part !== undefined; part = cursor.next()) {
      if (parts.push(part) > wanted) {
        throw new EvalError(`too many values to unpack (got ${value instanceof Thing ? value.size : -1}, want ${wanted})`);
      }
    }
  } finally {
    cursor.close();
  }
  if (parts.length < wanted) throw new EvalError(`too few values to unpack (got ${parts.length}, want ${wanted})`);
  return parts;
}
