import { EvalError } from '../errors.ts';
import { spend } from '../meter.ts';
import type { Expression, Load, Statement } from '../syntax/tree.ts';
import { truthOf, type BinaryOperator, type Value } from '../values/value.ts';
import { prefixed } from '../builtins/arguments.ts';
import { assignElement, elementOf, extendInPlace } from './access.ts';
import { assignAttribute, attributeOf } from './attributes.ts';
import { Signal, type Compiler, type Execute, type Frame } from './frame.ts';
import { binary } from './operators.ts';
import { walk } from './walk.ts';

/** What runs statements one after the other, until one of them leaves. */
export function compileStatements(statements: readonly Statement[], compiler: Compiler): Execute {
  const executes = statements.map((statement) => compileStatement(statement, compiler));
  if (executes.length === 1) return executes[0];
  return (frame) => {
    for (const execute of executes) {
      const signal = execute(frame);
      if (signal !== Signal.Next) return signal;
    }
    return Signal.Next;
  };
}

function compileStatement(statement: Statement, compiler: Compiler): Execute {
  switch (statement.kind) {
    case 'expression': {
      const evaluate = compiler.expression(statement.value);
      return then((frame) => void evaluate(frame));
    }
    case 'assign': {
      const evaluate = compiler.expression(statement.value);
      const assign = compiler.assignment(statement.target, statement.at);
      return then((frame) => assign(frame, evaluate(frame)));
    }
    case 'augment':
      return then(compileAugmented(statement, compiler));
    case 'def': {
      const make = compiler.function(statement.code);
      const assign = compiler.assignment(statement.name, statement.name.at);
      return then((frame) => assign(frame, make(frame)));
    }
    case 'if': {
      const condition = compiler.expression(statement.condition);
      const yes = compiler.statements(statement.yes);
      const no = compiler.statements(statement.no);
      return (frame) => (truthOf(condition(frame)) ? yes(frame) : no(frame));
    }
    case 'for':
      return compileFor(statement, compiler);
    case 'return': {
      if (statement.value === undefined) return () => Signal.Return;
      const evaluate = compiler.expression(statement.value);
      return (frame) => {
        frame.result = evaluate(frame);
        return Signal.Return;
      };
    }
    case 'break':
      return () => Signal.Break;
    case 'continue':
      return () => Signal.Continue;
    case 'pass':
      return () => Signal.Next;
    case 'load':
      return compileLoad(statement, compiler);
    case 'while':
      throw new Error('the resolver let a while loop pass');
  }
}

function then(run: (frame: Frame) => void): Execute {
  return (frame) => {
    run(frame);
    return Signal.Next;
  };
}

function compileFor({ target, iterable, body, at }: Extract<Statement, { kind: 'for' }>, compiler: Compiler): Execute {
  const evaluate = compiler.expression(iterable);
  const assign = compiler.assignment(target, at);
  const run = compiler.statements(body);
  return (frame) => {
    const elements = evaluate(frame);
    frame.at = at;
    const cursor = walk(elements);
    try {
      for (let element = cursor.next(); element !== undefined; element = cursor.next()) {
        frame.at = at;
        spend(1);
        assign(frame, element);
        const signal = run(frame);
        if (signal === Signal.Return) return signal;
        if (signal === Signal.Break) break;
      }
    } finally {
      cursor.close();
    }
    return Signal.Next;
  };
}

/** `target op= value`; what the target is part of is evaluated once. */
function compileAugmented({ op, target, value, at }: Extract<Statement, { kind: 'augment' }>, compiler: Compiler): (frame: Frame) => void {
  const evaluate = compiler.expression(value);
  const combine = (frame: Frame, old: Value): Value => {
    const more = evaluate(frame);
    frame.at = at;
    return augmented(op, old, more);
  };
  switch (target.kind) {
    case 'index':
      return augmentElement(compiler, target, combine);
    case 'dot': {
      const object = compiler.expression(target.object);
      return (frame) => {
        const of = object(frame);
        frame.at = target.at;
        const result = combine(frame, attributeOf(of, target.name));
        frame.at = target.at;
        assignAttribute(of, target.name, result);
      };
    }
    default: {
      const read = compiler.expression(target);
      const assign = compiler.assignment(target, at);
      return (frame) => assign(frame, combine(frame, read(frame)));
    }
  }
}

function augmentElement(
  compiler: Compiler,
  { object, index, at }: Extract<Expression, { kind: 'index' }>,
  combine: (frame: Frame, old: Value) => Value,
): (frame: Frame) => void {
  const evaluateObject = compiler.expression(object);
  const evaluateIndex = compiler.expression(index);
  return (frame) => {
    const of = evaluateObject(frame);
    const key = evaluateIndex(frame);
    frame.at = at;
    const result = combine(frame, elementOf(of, key));
    frame.at = at;
    assignElement(of, key, result);
  };
}

function augmented(op: BinaryOperator, old: Value, more: Value): Value {
  return extendInPlace(op, old, more) ? old : binary(op, old, more);
}

function compileLoad({ module, names, at }: Load, compiler: Compiler): Execute {
  const assigns = names.map(({ from, to }) => ({ from, assign: compiler.assignment(to, to.at) }));
  return then((frame) => {
    frame.at = at;
    const found = prefixed(`cannot load ${module}`, () => compiler.unit.load(module));
    for (const { from, assign } of assigns) {
      const value = found.get(from);
      if (value === undefined) throw new EvalError(`load: name ${from} not found in module ${module}`);
      assign(frame, value);
    }
  });
}
