/** Expressions, compiled to functions over a frame. What is common and simple is done in place; the rest goes to the operators. */
import { EvalError } from '../errors.ts';
import type { Comparing, Conditional, DictEntry, Expression, Index, Logical, Name, Slice } from '../syntax/tree.ts';
import { compare } from '../values/compare.ts';
import { Dict } from '../values/dict.ts';
import { repr } from '../values/repr.ts';
import { List, Tuple } from '../values/sequence.ts';
import { truthOf, type Value } from '../values/value.ts';
import { elementOf, sliceOf } from './access.ts';
import { attributeOf } from './attributes.ts';
import { compileBinary } from './binary.ts';
import { compileCall } from './call.ts';
import { compileComprehension } from './comprehension.ts';
import type { Cell, Compiler, Evaluate, Frame } from './frame.ts';
import { isIn, not, unary } from './operators.ts';

/** What gives the value of an expression. */
export function compileExpression(expression: Expression, compiler: Compiler): Evaluate {
  switch (expression.kind) {
    case 'name':
      return compileName(expression, compiler);
    case 'literal':
      return constant(expression.value);
    case 'list':
      return compileItems(expression.items, compiler, (items) => new List(items));
    case 'tuple':
      return compileItems(expression.items, compiler, (items) => new Tuple(items));
    case 'dict':
      return compileDict(expression.entries, compiler);
    case 'conditional':
      return compileConditional(expression, compiler);
    case 'index':
      return compileIndex(expression, compiler);
    case 'slice':
      return compileSlice(expression, compiler);
    case 'dot': {
      const { at, name } = expression;
      const object = compiler.expression(expression.object);
      return (frame) => {
        const of = object(frame);
        frame.at = at;
        return attributeOf(of, name);
      };
    }
    case 'call':
      return compileCall(expression, compiler);
    case 'unary': {
      const { at, op } = expression;
      const operand = compiler.expression(expression.operand);
      return (frame) => {
        const value = operand(frame);
        frame.at = at;
        return unary(op, value);
      };
    }
    case 'not': {
      const operand = compiler.expression(expression.operand);
      return (frame) => not(operand(frame));
    }
    case 'binary':
      return compileBinary(expression, compiler);
    case 'comparing':
      return compileComparing(expression, compiler);
    case 'logical':
      return compileLogical(expression, compiler);
    case 'comprehension':
      return compileComprehension(expression, compiler);
    case 'lambda':
      return compiler.function(expression.code);
  }
}

function constant(value: Value): Evaluate {
  return () => value;
}

function compileName({ name, reference, at }: Name, { unit }: Compiler): Evaluate {
  const unset = (frame: Frame, kind: string): never => {
    frame.at = at;
    throw new EvalError(`${kind} variable ${name} referenced before assignment`);
  };
  switch (reference?.kind) {
    case 'local': {
      const { index, isShared } = reference.local;
      if (isShared) {
        return (frame) => {
          const { value } = frame.locals[index] as Cell;
          return value === undefined ? unset(frame, 'local') : value;
        };
      }
      return (frame) => {
        const value = frame.locals[index] as Value | undefined;
        return value === undefined ? unset(frame, 'local') : value;
      };
    }
    case 'outer': {
      const { index } = reference;
      return (frame) => {
        const { value } = frame.outer[index];
        return value === undefined ? unset(frame, 'local') : value;
      };
    }
    case 'global': {
      const { index } = reference;
      const { globals } = unit;
      return (frame) => {
        const value = globals[index];
        return value === undefined ? unset(frame, 'global') : value;
      };
    }
    case 'constant':
      return constant(reference.value);
    case undefined:
      throw new Error(`${name} was not resolved`);
  }
}

function compileConditional(expression: Conditional, compiler: Compiler): Evaluate {
  const condition = compiler.expression(expression.condition);
  const yes = compiler.expression(expression.yes);
  const no = compiler.expression(expression.no);
  return (frame) => (truthOf(condition(frame)) ? yes(frame) : no(frame));
}

function compileIndex({ object, index, at }: Index, compiler: Compiler): Evaluate {
  const evaluateObject = compiler.expression(object);
  const evaluateIndex = compiler.expression(index);
  return (frame) => {
    const of = evaluateObject(frame);
    const key = evaluateIndex(frame);
    frame.at = at;
    return elementOf(of, key);
  };
}

function compileItems(items: readonly Expression[], compiler: Compiler, make: (items: Value[]) => Value): Evaluate {
  const evaluates = items.map((item) => compiler.expression(item));
  return (frame) => make(evaluates.map((evaluate) => evaluate(frame)));
}

function compileDict(entries: readonly DictEntry[], compiler: Compiler): Evaluate {
  const compiled = entries.map(({ key, value, at }) => ({ key: compiler.expression(key), value: compiler.expression(value), at }));
  return (frame) => {
    const dict = new Dict();
    for (const entry of compiled) {
      const key = entry.key(frame);
      const value = entry.value(frame);
      frame.at = entry.at;
      if (dict.has(key)) throw new EvalError(`duplicate key: ${repr(key)}`);
      dict.assign(key, value);
    }
    return dict;
  };
}

function compileSlice({ object, low, high, step, at }: Slice, compiler: Compiler): Evaluate {
  const orNothing = (part: Expression | undefined): Evaluate => (part === undefined ? constant(null) : compiler.expression(part));
  const [of, from, to, by] = [compiler.expression(object), orNothing(low), orNothing(high), orNothing(step)];
  return (frame) => {
    const sliced = of(frame);
    const [start, end, stride] = [from(frame), to(frame), by(frame)];
    frame.at = at;
    return sliceOf(sliced, start, end, stride);
  };
}

function compileComparing({ op, left, right, at }: Comparing, compiler: Compiler): Evaluate {
  const x = compiler.expression(left);
  const y = compiler.expression(right);
  if (op === 'in' || op === 'not in') {
    const wanted = op === 'in';
    return (frame) => {
      const element = x(frame);
      const container = y(frame);
      frame.at = at;
      return isIn(element, container) === wanted;
    };
  }
  return (frame) => {
    const a = x(frame);
    const b = y(frame);
    frame.at = at;
    return compare(op, a, b);
  };
}

/** Gives one of the operands, not a bool. */
function compileLogical({ op, left, right }: Logical, compiler: Compiler): Evaluate {
  const x = compiler.expression(left);
  const y = compiler.expression(right);
  if (op === 'and') {
    return (frame) => {
      const value = x(frame);
      return truthOf(value) ? y(frame) : value;
    };
  }
  return (frame) => {
    const value = x(frame);
    return truthOf(value) ? value : y(frame);
  };
}
