/** Elements, slices and attributes. */
import { EvalError } from '../errors.ts';
import { Dict } from '../values/dict.ts';
import { List } from '../values/sequence.ts';
import { bound, placeOf, span, toIndex } from '../values/places.ts';
import { repr } from '../values/repr.ts';
import { byteLength, sliceBytes, strideBytes } from '../values/text.ts';
import { elementsOf } from '../values/elements.ts';
import { Thing, typeOf, type BinaryOperator, type Value } from '../values/value.ts';

/** `object[index]` */
export function elementOf(object: Value, index: Value): Value {
  if (typeof object === 'string') {
    const at = placeOf(toIndex(index, 'string index: '), byteLength(object), 'string');
    return sliceBytes(object, at, at + 1);
  }
  if (!(object instanceof Thing) || !(object.isMapping || object.isIndexable)) {
    throw new EvalError(`unhandled index operation ${typeOf(object)}[${typeOf(index)}]`);
  }
  if (object.isIndexable) return object.element(placeOf(toIndex(index, `${object.type} index: `), object.size, object.type));
  const value = object.lookup(index);
  if (value === undefined) throw new EvalError(`key ${repr(index)} not in ${object.type}`);
  return value;
}

/** `object[index] = value` */
export function assignElement(object: Value, index: Value, value: Value): void {
  if (object instanceof List) object.set(placeOf(toIndex(index), object.size, 'list'), value);
  else if (object instanceof Thing) object.assign(index, value);
  else throw new EvalError(`${typeOf(object)} value does not support item assignment`);
}

/** `object[low:high:step]`, None for what is left out. */
export function sliceOf(object: Value, low: Value, high: Value, step: Value): Value {
  const size = sizeToSlice(object);
  const stride = step === null ? 1 : toIndex(step, 'invalid slice step: ');
  if (stride === 0) throw new EvalError('zero is not a valid slice step');
  const [start, end] = stride > 0 ? forward(low, high, size) : backward(low, high, size);
  if (typeof object === 'string') return stride === 1 ? sliceBytes(object, start, end) : strideBytes(object, start, end, stride);
  const slice = object instanceof Thing && size >= 0 ? object.slice(start, end, stride) : undefined;
  if (slice === undefined) throw new EvalError(`invalid slice operand ${typeOf(object)}`);
  return slice;
}

/** -1: can't be sliced. */
function sizeToSlice(object: Value): number {
  if (typeof object === 'string') return byteLength(object);
  return object instanceof Thing && object.isIndexable ? object.size : -1;
}

function forward(low: Value, high: Value, size: number): [number, number] {
  const [start, end] = span(low, high, size);
  return [start, Math.max(start, end)];
}

/** From behind the end towards the beginning; where nothing is said, as far as there are elements. */
function backward(low: Value, high: Value, size: number): [number, number] {
  const start = Math.min(bound(low, size, size - 1, 'start'), size - 1);
  const end = Math.max(bound(high, size, -1, 'end'), -1);
  return [Math.max(start, end), end];
}

/** `list += more` and `dict |= more` change what is there; false: for none of them. */
export function extendInPlace(op: BinaryOperator, object: Value, more: Value): boolean {
  if (op === '+' && object instanceof List) {
    const added = elementsOf(more);
    if (added === undefined) return false;
    object.checkChangeable('apply += to');
    object.append(added);
    return true;
  }
  if (op !== '|' || !(object instanceof Dict && more instanceof Dict)) return false;
  object.checkChangeable('apply |= to');
  for (const [key, value] of more.items()) object.assign(key, value);
  return true;
}
