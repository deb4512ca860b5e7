/** Runs Starlark for tests. */
import { Builtin } from '../../src/formats/starlark/values/callable.ts';
import { catchErrors } from '../../src/formats/starlark/builtins/catch.ts';
import { EvalError, ScriptError } from '../../src/formats/starlark/errors.ts';
import { loadModule } from '../../src/formats/starlark/modules/modules.ts';
import { Script } from '../../src/formats/starlark/script.ts';
import { findZone, utc } from '../../src/formats/go-time/zone.ts';

/** 2025-10-09T08:53:20.000000123Z */
const NOW = { ms: 1_760_000_000_000, ns: 123 };

/** What a script prints, one text a line; the last ones say why it failed, if it did. `zone` is where the machine stands. */
export function runStarlark(source: string, options: { steps?: number; zone?: string } = {}): string[] {
  const printed: string[] = [];
  const { steps = 1_000_000, zone = 'UTC' } = options;
  const host = {
    now: () => NOW,
    local: { name: zone, zone: findZone(zone) ?? utc },
    log: (level: string, message: string) => void printed.push(`${level}: ${message}`),
  };
  try {
    const script = new Script(source, {
      constants: new Map([['catch', new Builtin('catch', catchErrors)]]),
      load: (module) => loadModule(module, host),
      print: (text) => void printed.push(text),
    });
    script.run(steps);
  } catch (error) {
    if (error instanceof ScriptError) return error.problems.map(({ at, message }) => `${at.line}:${at.column}: ${message}`);
    if (!(error instanceof EvalError)) throw error;
    printed.push(...error.traceback('f'));
  }
  return printed;
}

/** What an expression is, as `repr` writes it, or the message of its error. */
export function evaluateStarlark(expression: string): string {
  const [value] = runStarlark(`print(repr((lambda: (${expression}))()))`);
  if (!value.startsWith('Traceback')) return value;
  return runStarlark(`print(catch(lambda: (${expression})))`)[0];
}
