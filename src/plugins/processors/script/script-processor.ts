import { ConfigError } from '../../../config/diagnostics.ts';
import type { Point } from '../../../metric/point.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { PluginContext, Processor, Transform } from '../../../pipeline/plugin.ts';
import { FILTERED } from '../../../telemetry/self-metrics.ts';
import { Exchange, type Outcome } from './exchange.ts';
import { Sandbox, SandboxError } from './sandbox.ts';
import { readScript, type SourceOptions } from './source.ts';

export interface ScriptOptions extends SourceOptions {
  readonly timeout: number;
  readonly memory_limit: number;
  readonly on_error: 'drop' | 'pass';
}

/** The memory of a processor that a reload replaced is given back when nobody has it any more. */
const abandoned = new FinalizationRegistry<Sandbox>((sandbox) => sandbox.dispose());

export class ScriptProcessor implements Processor {
  readonly #context: PluginContext;
  readonly #exchange: Exchange;
  readonly #onError: ScriptOptions['on_error'];

  /** Throws `ConfigError` for a script that is wrong, or that fails before it has a metric. */
  constructor(options: ScriptOptions, context: PluginContext) {
    const { code, file, option } = readScript(options, context.baseDirectory);
    const log = (level: 'debug' | 'info' | 'warn' | 'error', message: string): void => context.log[level](message);
    const sandbox = new Sandbox({ memoryBytes: options.memory_limit, timeoutMs: options.timeout, log });
    try {
      sandbox.load(code, file);
    } catch (error) {
      sandbox.dispose();
      if (!(error instanceof SandboxError)) throw error;
      throw new ConfigError(`the script fails: ${error.message}${error.at === undefined ? '' : ` (${error.at})`}`, [option]);
    }
    abandoned.register(this, sandbox);
    this.#context = context;
    this.#exchange = new Exchange(sandbox, context.interner);
    this.#onError = options.on_error;
  }

  bind(shape: Shape): Transform {
    const run = this.#exchange.bind(shape);
    return (point, out) => {
      // A staleness marker has no values that a script could look at.
      const outcome = point.stale ? [point] : this.#outcome(run, point);
      if (outcome === undefined) return this.#context.drop('script_error');
      if (outcome === 'dropped' || outcome.length === 0) return this.#context.drop(FILTERED);
      for (const made of outcome) {
        if (made === undefined) this.#context.drop('no_fields');
        else out.push(made);
      }
    };
  }

  /** Undefined where the script failed, unless the user wants such points to pass; it is counted and logged in any case. */
  #outcome(run: (point: Point) => Outcome, point: Point): Outcome | undefined {
    try {
      return run(point);
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      this.#context.error();
      this.#context.log.error('the script failed', { error: error.message, at: error.at, measurement: point.series.measurement });
      return this.#onError === 'pass' ? [point] : undefined;
    }
  }
}
