/** The functions that all scripts have. */
import { decodeText } from '../../../metric/text.ts';
import { EvalError } from '../errors.ts';
import { Bytes } from '../values/bytes.ts';
import { Builtin, type Code } from '../values/callable.ts';
import { Dict } from '../values/dict.ts';
import { elementsOf } from '../values/elements.ts';
import { Float } from '../values/float.ts';
import { Range } from '../values/range.ts';
import { repr, str } from '../values/repr.ts';
import { List, Tuple } from '../values/sequence.ts';
import { SetValue } from '../values/set.ts';
import { byteLength, made } from '../values/text.ts';
import { Thing, truthOf, typeOf, type Named, type Value } from '../values/value.ts';
import { Arguments, prefixed } from './arguments.ts';
import { attributeFunctions } from './attribute-functions.ts';
import { absolute, toFloat, toInt } from './numbers.ts';
import { orderFunctions } from './order-functions.ts';
import { bytesOf, chr, hash, ord } from './text-functions.ts';
import { update } from './update.ts';

/** What every script knows by name; `print` takes what it prints. */
export function makeUniverse(print: (text: string) => void): Map<string, Value> {
  const functions = { ...UNIVERSE, ...attributeFunctions, ...orderFunctions, print: printer(print) };
  return new Map<string, Value>([
    ['None', null],
    ['True', true],
    ['False', false],
    ...Object.entries(functions).map(([name, code]) => [name, new Builtin(name, code)] as const),
  ]);
}

const UNIVERSE: Readonly<Record<string, Code>> = {
  abs: (args, named) => absolute(only('abs', args, named)),
  all: (args, named) => sequence('all', args, named).every(truthOf),
  any: (args, named) => sequence('any', args, named).some(truthOf),
  bool: (args, named) => truthOf(Arguments.positional('bool', args, named, 0, 1).value(0) ?? null),
  bytes: (args, named) => bytesOf(only('bytes', args, named)),
  chr: (args, named) => chr(only('chr', args, named)),
  dict(args, named) {
    const dict = new Dict();
    update(dict, args, named, 'dict');
    return dict;
  },
  enumerate(args, named) {
    const given = Arguments.positional('enumerate', args, named, 1, 2);
    const start = given.count(1, 0);
    return new List((given.elements(0) ?? []).map((element, index) => new Tuple([start + index, element])));
  },
  fail(args, named) {
    throw new EvalError(`fail: ${joined('fail', args, named)}`);
  },
  float: (args, named) => (args.length === 0 ? new Float(0) : toFloat(only('float', args, named))),
  hash: (args, named) => hash(only('hash', args, named)),
  int(args, named) {
    const given = Arguments.named('int', args, named, ['x', 'base?']);
    return toInt(given.value(0) ?? null, given.value(1));
  },
  len(args, named) {
    const value = only('len', args, named);
    const size = typeof value === 'string' ? byteLength(made(value)) : sizeOf(value);
    if (size < 0) throw new EvalError(`len: value of type ${typeOf(value)} has no len`);
    return size;
  },
  list: (args, named) => new List(Arguments.positional('list', args, named, 0, 1).elements(0) ?? []),
  ord: (args, named) => ord(only('ord', args, named)),
  range(args, named) {
    const given = Arguments.positional('range', args, named, 1, 3);
    const [first, step] = [given.count(0), given.count(2, 1)];
    if (step === 0) throw new EvalError('range: step argument must not be zero');
    return args.length === 1 ? new Range(0, first, 1) : new Range(first, given.count(1), step);
  },
  repr: (args, named) => made(repr(only('repr', args, named))),
  set(args, named) {
    const elements = Arguments.positional('set', args, named, 0, 1).elements(0) ?? [];
    return prefixed('set', () => SetValue.of(elements));
  },
  str(args, named) {
    const value = only('str', args, named);
    return value instanceof Bytes ? decodeText(value.bytes, 0, value.size).toWellFormed() : made(str(value));
  },
  tuple: (args, named) => new Tuple(Arguments.positional('tuple', args, named, 0, 1).elements(0) ?? []),
  type: (args, named) => typeOf(only('type', args, named)),
  zip(args, named) {
    if (named.length > 0) throw new EvalError('zip does not accept keyword arguments');
    const columns = args.map((argument, index) => {
      const elements = elementsOf(argument);
      if (elements === undefined) throw new EvalError(`zip: argument #${index + 1} is not iterable: ${typeOf(argument)}`);
      return elements;
    });
    const rows = columns.length === 0 ? 0 : Math.min(...columns.map(({ length }) => length));
    return new List(Array.from({ length: rows }, (_, row) => new Tuple(columns.map((column) => column[row]))));
  },
};

/** The one argument of a function. */
function only(name: string, args: readonly Value[], named: readonly Named[]): Value {
  return Arguments.positional(name, args, named, 1).value(0) ?? null;
}

/** The elements of the one argument of a function. */
function sequence(name: string, args: readonly Value[], named: readonly Named[]): Value[] {
  return Arguments.positional(name, args, named, 1).elements(0) ?? [];
}

function sizeOf(value: Value): number {
  return value instanceof Thing ? value.size : -1;
}

function printer(print: (text: string) => void): Code {
  return (args, named) => {
    print(joined('print', args, named));
    return null;
  };
}

/** Values as texts with something between them. */
function joined(name: string, args: readonly Value[], named: readonly Named[]): string {
  const separator = Arguments.named(name, [], named, ['sep?']).text(0, ' ');
  return made(args.map((value) => (value instanceof Bytes ? value.bytes.toString() : str(value))).join(separator));
}
