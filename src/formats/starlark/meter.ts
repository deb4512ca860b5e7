/**
 * How much a script may still do. Scripts run to their end without waiting for anything, so there is one meter, which whoever
 * enters a script sets. A step is about one turn of a loop, one call, or one element or 64 letters that are copied or compared.
 */
import { EvalError } from './errors.ts';

/** Calls within calls; each takes some ten frames of V8's stack. */
const MAX_DEPTH = 300;

let limit = Infinity;
let left = Infinity;
let depth = 0;

/** Runs a script that may take so many steps. */
export function withSteps<Result>(steps: number, run: () => Result): Result {
  const before = { limit, left, depth };
  limit = steps;
  left = steps;
  depth = 0;
  try {
    return run();
  } finally {
    ({ limit, left, depth } = before);
  }
}

/** Counts steps. Throws when there are none left. */
export function spend(steps: number): void {
  left -= steps;
  if (left < 0) throw new EvalError(`too many steps: stopped after ${limit}`, true);
}

/** Counts the steps of looking at so many letters. */
export function spendLetters(letters: number): void {
  if (letters > 64) spend(letters / 64);
}

/** A call begins. */
export function enterCall(): void {
  spend(1);
  if (++depth > MAX_DEPTH) {
    depth--;
    throw new EvalError(`stack overflow: more than ${MAX_DEPTH} calls within calls`);
  }
}

/** A call that began is over. */
export function leaveCall(): void {
  depth--;
}
