import { spendElements, List, Tuple } from './sequence.ts';
import { cursorOf, type Value } from './value.ts';

/** A list of its own of what a value holds; undefined for one that can't be walked over. */
export function elementsOf(value: Value): Value[] | undefined {
  if (value instanceof List || value instanceof Tuple) {
    spendElements(value.size);
    return value.elements.slice();
  }
  const cursor = cursorOf(value);
  if (cursor === undefined) return undefined;
  const elements: Value[] = [];
  try {
    for (let element = cursor.next(); element !== undefined; element = cursor.next()) {
      elements.push(element);
      if (elements.length % 1024 === 0) spendElements(elements.length);
    }
  } finally {
    cursor.close();
  }
  spendElements(elements.length);
  return elements;
}
