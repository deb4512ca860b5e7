import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from '../../../config/diagnostics.ts';
import { catchErrors } from '../../../formats/starlark/builtins/catch.ts';
import { EvalError, ScriptError } from '../../../formats/starlark/errors.ts';
import { ScriptFunction } from '../../../formats/starlark/evaluate/function.ts';
import { withSteps } from '../../../formats/starlark/meter.ts';
import type { ModuleHost } from '../../../formats/starlark/modules/module.ts';
import { loadModule } from '../../../formats/starlark/modules/modules.ts';
import { Script } from '../../../formats/starlark/script.ts';
import { Builtin } from '../../../formats/starlark/values/callable.ts';
import { Dict } from '../../../formats/starlark/values/dict.ts';
import { freeze, type Value } from '../../../formats/starlark/values/value.ts';
import { findZone, utc } from '../../../formats/go-time/zone.ts';
import type { PluginContext } from '../../../pipeline/plugin.ts';
import { toConstant } from './constants.ts';
import { metricFunctions } from './metric-functions.ts';
import type { StarlarkOptions } from './options.ts';
import { scriptProblems } from './script-problems.ts';

/** The script of a plugin, compiled and run once, with the functions that the plugin calls. */
export class ScriptProgram {
  readonly #functions = new Map<string, ScriptFunction>();
  readonly #context: PluginContext;
  readonly #maxSteps: number;
  /** As tracebacks name it; empty for a script in the configuration. */
  readonly #file: string;

  /** `functions` are those that it must have, with the number of their parameters. Throws `ConfigError`. */
  constructor(options: StarlarkOptions, context: PluginContext, functions: Readonly<Record<string, number>>) {
    this.#context = context;
    this.#maxSteps = options.max_steps;
    this.#file = options.script;
    const source = sourceOf(options, context);
    const globals = this.#run(this.#compile(source, options));
    for (const [name, parameters] of Object.entries(functions)) this.#functions.set(name, functionOf(globals, name, parameters));
  }

  /** Calls a function. Undefined where it failed: then that is logged as Telegraf does, with its traceback, and counted as an error. */
  call(name: string, args: readonly Value[]): Value | undefined {
    const called = this.#functions.get(name);
    if (called === undefined) throw new Error(`the script was not asked for a function ${name}`);
    try {
      return withSteps(this.#maxSteps, () => called.call(args, []));
    } catch (error) {
      if (!(error instanceof EvalError)) throw error;
      for (const line of error.traceback(this.#file)) this.#context.log.error(line);
      this.fail(error.message);
      return undefined;
    }
  }

  /** Logs and counts an error of the script. */
  fail(message: string): void {
    this.#context.error();
    this.#context.log.error(`Error in plugin: ${message}`);
  }

  #compile(source: string, { constants }: StarlarkOptions): Script {
    const { log } = this.#context;
    const host = hostOf(this.#context);
    if (Object.hasOwn(constants, 'state')) throw new ConfigError("'state' constant uses reserved name", ['constants', 'state']);
    const own = Object.entries(constants).map(([name, tree]) => [name, toConstant(tree)] as const);
    try {
      return new Script(source, {
        constants: new Map<string, Value>([
          ...metricFunctions(this.#context.clock),
          ['catch', new Builtin('catch', catchErrors)],
          // For scripts that keep something there without having said `state = {}`.
          ['state', new Dict()],
          ...own,
        ]),
        load: (module) => loadModule(module, host),
        print: (text) => log.debug(text),
      });
    } catch (error) {
      if (error instanceof ScriptError) throw scriptProblems(error, source, this.#file);
      throw error;
    }
  }

  /** Runs what stands outside of functions; from then on global variables can't be changed, but for `state`. */
  #run(script: Script): ReadonlyMap<string, Value> {
    try {
      script.run(this.#maxSteps);
    } catch (error) {
      if (!(error instanceof EvalError)) throw error;
      throw new ConfigError(`the script fails:\n${error.traceback(this.#file).join('\n')}`, [this.#file === '' ? 'source' : 'script']);
    }
    const globals = script.globals();
    for (const [name, value] of globals) if (name !== 'state') freeze(value);
    return globals;
  }
}

function sourceOf({ source, script }: StarlarkOptions, { baseDirectory }: PluginContext): string {
  if (source === '' && script === '') throw new ConfigError('one of source or script must be set');
  if (source !== '' && script !== '') throw new ConfigError('both source or script cannot be set', ['script']);
  if (source !== '') return source;
  try {
    return readFileSync(resolve(baseDirectory, script), 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new ConfigError(`the script can't be read: ${(error as Error).message}`, ['script']);
  }
}

function functionOf(globals: ReadonlyMap<string, Value>, name: string, parameters: number): ScriptFunction {
  const value = globals.get(name);
  if (value === undefined) throw new ConfigError(`the script has no function ${name}: ${name} is not defined`);
  if (!(value instanceof ScriptFunction)) throw new ConfigError(`${name} is not a function`);
  if (value.parameterCount !== parameters) throw new ConfigError(`${name} function must take ${parameters} parameter(s)`);
  return value;
}

function hostOf({ clock, log }: PluginContext): ModuleHost {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return {
    now: () => clock.now(),
    local: { name: timeZone, zone: findZone(timeZone) ?? utc },
    log: (level, message) => log[level](message),
  };
}
