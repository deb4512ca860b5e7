import { spend } from '../meter.ts';
import type { Clause, Comprehension } from '../syntax/tree.ts';
import { Dict } from '../values/dict.ts';
import { List } from '../values/sequence.ts';
import { truthOf, type Value } from '../values/value.ts';
import type { Compiler, Evaluate, Frame } from './frame.ts';
import { walk } from './walk.ts';

/** Something that is done for every turn of a comprehension, with what it collects in. */
type Turn<Collection> = (frame: Frame, collection: Collection) => void;

/** `[x for …]` and `{k: v for …}` */
export function compileComprehension({ body, clauses }: Comprehension, compiler: Compiler): Evaluate {
  if ('kind' in body) {
    const element = compiler.expression(body);
    const run = compileClauses<Value[]>(clauses, compiler, (frame, elements) => void elements.push(element(frame)));
    return (frame) => {
      const elements: Value[] = [];
      run(frame, elements);
      return new List(elements);
    };
  }
  const key = compiler.expression(body.key);
  const value = compiler.expression(body.value);
  const run = compileClauses<Dict>(clauses, compiler, (frame, dict) => {
    const entryKey = key(frame);
    const entryValue = value(frame);
    frame.at = body.at;
    dict.assign(entryKey, entryValue);
  });
  return (frame) => {
    const dict = new Dict();
    run(frame, dict);
    return dict;
  };
}

/** The first clause around the second, and so on, around `inner`. */
function compileClauses<Collection>(clauses: readonly Clause[], compiler: Compiler, inner: Turn<Collection>): Turn<Collection> {
  // Compiled from the first on, as they are written.
  const compiled = clauses.map((clause) => compileClause<Collection>(clause, compiler));
  return compiled.reduceRight((turn, around) => around(turn), inner);
}

function compileClause<Collection>(clause: Clause, compiler: Compiler): (inner: Turn<Collection>) => Turn<Collection> {
  if (clause.kind === 'if') {
    const condition = compiler.expression(clause.condition);
    return (inner) => (frame, collection) => {
      if (truthOf(condition(frame))) inner(frame, collection);
    };
  }
  const { at } = clause;
  const iterable = compiler.expression(clause.iterable);
  const assign = compiler.assignment(clause.target, at);
  return (inner) => (frame, collection) => {
    const elements = iterable(frame);
    frame.at = at;
    const cursor = walk(elements);
    try {
      for (let element = cursor.next(); element !== undefined; element = cursor.next()) {
        spend(1);
        assign(frame, element);
        inner(frame, collection);
      }
    } finally {
      cursor.close();
    }
  };
}
