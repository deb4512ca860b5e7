/** Drives one input alone: checked options in, what it delivers out. */
import type { z } from 'zod';
import type { Interner } from '../../src/metric/interner.ts';
import type { Point } from '../../src/metric/point.ts';
import type { Delivery, Input, PluginContext, PluginDefinition, PolledInput, ServiceInput, Sink } from '../../src/pipeline/plugin.ts';
import { toLines } from './points.ts';

/** A polled input as a pipeline would make it, options checked by its schema. */
export function createPolled<Schema extends z.ZodObject>(
  definition: PluginDefinition<'input', Schema, Input>,
  options: z.input<Schema>,
  context: PluginContext,
): PolledInput {
  const input = definition.create(definition.schema.parse(options), context);
  if (!('gather' in input)) throw new Error(`${definition.id} is a service`);
  return input;
}

/** A service input as a pipeline would make it, options checked by its schema. */
export function createService<Schema extends z.ZodObject>(
  definition: PluginDefinition<'input', Schema, Input>,
  options: z.input<Schema>,
  context: PluginContext,
): ServiceInput {
  const input = definition.create(definition.schema.parse(options), context);
  if (!('start' in input)) throw new Error(`${definition.id} is polled`);
  return input;
}

/** Gathers once; the signal never aborts. */
export function gatherOnce(input: PolledInput, sink: Sink): Promise<void> {
  return input.gather(sink, new AbortController().signal);
}

/** A sink that keeps what it was given, as line protocol, and can be made to refuse. */
export class CollectingSink implements Sink {
  /** Everything taken, in order, as line protocol with sorted fields. */
  readonly lines: string[] = [];
  /** How many points each delivery had. */
  readonly sizes: number[] = [];
  /** How many of the next deliveries are refused. */
  busy = 0;
  retryAfterSeconds = 0.01;
  /** Deliveries that were refused. */
  refused = 0;
  /** Each delivery waits for this before it is answered. */
  hold: Promise<void> = Promise.resolve();
  readonly #interner: Interner;
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(interner: Interner) {
    this.#interner = interner;
  }

  async deliver(points: readonly Point[]): Promise<Delivery> {
    await this.hold;
    if (this.busy > 0) {
      this.busy--;
      this.refused++;
      return { status: 'busy', reason: 'outputs.influxdb is at its bound', retryAfterSeconds: this.retryAfterSeconds };
    }
    this.lines.push(...toLines(this.#interner, points));
    this.sizes.push(points.length);
    this.#waiting = this.#waiting.filter(({ count, resolve }) => {
      if (this.lines.length < count) return true;
      resolve();
      return false;
    });
    return { status: 'ok' };
  }

  /** Resolves as soon as so many points were taken in all. */
  taken(count: number): Promise<void> {
    if (this.lines.length >= count) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push({ count, resolve });
    });
  }
}
