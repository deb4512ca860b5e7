/** The modules that Telegraf's scripts can load. */
import { Arguments } from '../builtins/arguments.ts';
import { EvalError } from '../errors.ts';
import { Builtin } from '../values/callable.ts';
import type { Value } from '../values/value.ts';
import { jsonModule } from './json.ts';
import { mathModule } from './math.ts';
import { Module, type LogLevel, type ModuleHost } from './module.ts';
import { timeModule } from './time.ts';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** What a script loads from `json.star`, `logging.star`, `math.star` and `time.star`. Throws for any other. */
export function loadModule(name: string, host: ModuleHost): ReadonlyMap<string, Value> {
  switch (name) {
    case 'json.star':
      return new Map([['json', jsonModule]]);
    case 'logging.star':
      return new Map([['log', logModule(host)]]);
    case 'math.star':
      return new Map([['math', mathModule]]);
    case 'time.star':
      return new Map([['time', timeModule(host)]]);
    default:
      throw new EvalError(`module ${name} is not available`);
  }
}

function logModule(host: ModuleHost): Module {
  const functions = LEVELS.map((level) => {
    const name = `log.${level}`;
    return [
      level,
      new Builtin(name, (args, named) => {
        host.log(level, Arguments.positional(name, args, named, 1).text(0));
        return null;
      }),
    ] as const;
  });
  return new Module('log', Object.fromEntries(functions));
}
