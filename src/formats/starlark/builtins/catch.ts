import { EvalError } from '../errors.ts';
import type { Code } from '../values/callable.ts';
import { Arguments } from './arguments.ts';

/** Telegraf's `catch(f)`: calls a function without arguments, and gives the message of its error, or None. */
export const catchErrors: Code = (args, named) => {
  const run = Arguments.named('catch', args, named, ['fn']).callable(0);
  try {
    run?.call([], []);
    return null;
  } catch (error) {
    if (error instanceof EvalError && !error.isFinal) return error.message;
    throw error;
  }
};
