/** What a template may do to a point, so that a mistake in one can't hold up the pipeline or fill the memory. */
import { CallError } from './errors.ts';
import { Dict, List, type Value } from './values/value.ts';

/** Characters of a text, those of the output included. */
export const MAX_TEXT = 65_536;

/** Items of a list, and of all that is in it together. */
const MAX_ITEMS = 4096;

/** Lists in lists. */
const MAX_NESTING = 100;

/** Nodes evaluated, and rounds of loops. */
export const MAX_STEPS = 100_000;

/** Templates called within templates. Go's bound is 100,000. */
export const MAX_TEMPLATE_DEPTH = 200;

/** The text, or what `make` makes, of `length` characters. Throws `CallError` where that is too long. */
export function boundedText(length: number, make: () => string): string {
  if (length > MAX_TEXT) throw new CallError(`text of ${length} characters; ${MAX_TEXT} are the most`);
  return make();
}

/** Texts joined. Throws `CallError` where that is too long. */
export function boundedJoin(parts: readonly string[], separator: string): string {
  const length = parts.reduce((sum, part) => sum + part.length, separator.length * Math.max(0, parts.length - 1));
  return boundedText(length, () => parts.join(separator));
}

/** Throws `CallError` for a list that would be too long. */
export function expectItems(count: number): void {
  if (count > MAX_ITEMS) throw new CallError(`list of ${count} items; ${MAX_ITEMS} are the most`);
}

/**
 * Throws `CallError` for a value with too much in it to walk through. Maps may hold themselves, and lists the same list many times, so it
 * is not enough that each is short.
 */
export function expectWalkable(value: Value): void {
  let items = 0;
  const walk = (one: Value, depth: number): void => {
    if (!(one instanceof List || one instanceof Dict)) return;
    if (depth > MAX_NESTING) throw new CallError(`lists or maps nested more than ${MAX_NESTING} deep`);
    for (const item of one instanceof List ? one.items : one.entries.values()) {
      if (++items > MAX_ITEMS) throw new CallError(`more than ${MAX_ITEMS} items in all`);
      walk(item, depth + 1);
    }
  };
  walk(value, 0);
}
