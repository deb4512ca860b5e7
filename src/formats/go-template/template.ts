/**
 * Templates of Go's text/template, with Sprig's functions: text with actions in double braces. Pure: what they ask of the world is
 * handed in. What a template may do is bounded (`limits.ts`).
 */
import type { TimeHost } from './functions/dates.ts';
import { allFunctions } from './functions/functions.ts';
import { UNSUPPORTED } from './functions/unsupported.ts';
import { evaluate } from './evaluate.ts';
import type { Program } from './program.ts';
import { parse } from './syntax/parse.ts';
import type { Value } from './values/value.ts';

export interface Template {
  /** The text that it makes of a value, which is its dot. Throws `TemplateError`, in Go's words. */
  execute(data: Value): string;
}

/** Reads a template; `name` is what messages call it. Throws `TemplateError` for one that can't be read, in Go's words. */
export function compileTemplate(name: string, text: string, host: TimeHost): Template {
  const functions = allFunctions(host);
  const missingFunction = (wanted: string): string | undefined => {
    if (functions.has(wanted) || wanted === 'and' || wanted === 'or') return undefined;
    const reason = UNSUPPORTED.get(wanted);
    const missing = `function ${JSON.stringify(wanted)} not defined`;
    return reason === undefined ? missing : `${missing}: Telegraf has it, Wattbridge has not; ${reason}`;
  };
  const program: Program = { name, text, ...parse({ name, text, missingFunction }), functions };
  return { execute: (data) => evaluate(program, data) };
}
