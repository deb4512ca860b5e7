/**
 * The contracts of the four kinds of plugin. The runner owns intervals, filters, names, batching, retries, self-metrics and
 * shutdown, so that a plugin holds only what makes it that plugin.
 *
 * Expected failures are values; an exception is a bug, is logged with its stack, and counts as an error of that plugin.
 */
import type { z } from 'zod';
import type { Interner } from '../metric/interner.ts';
import type { MetadataRegistry } from '../metric/metadata.ts';
import type { Point } from '../metric/point.ts';
import type { Shape } from '../metric/shape.ts';
import type { Payload, Refused } from '../queue/payload.ts';
import type { State, StateSpec } from '../queue/store.ts';
import type { Log } from '../telemetry/log.ts';
import type { SelfReadings } from '../telemetry/self-metrics.ts';
import type { HeldJournal } from './held-journal.ts';
import type { PortUser } from './ports.ts';

export type { Log };

export type PluginKind = 'input' | 'processor' | 'aggregator' | 'output';

/** What every plugin declares about itself: one schema is its validation, its type, its documentation and the editor's help. */
export interface PluginDefinition<Kind extends PluginKind, Schema extends z.ZodObject, Plugin> {
  readonly kind: Kind;
  /** Telegraf's name where Telegraf has one. */
  readonly id: string;
  /** One sentence for the list of plugins and the head of its page. */
  readonly summary: string;
  /** A strict object; every option has a description. */
  readonly schema: Schema;
  /** YAML as it stands in a pipeline, from the kind's key on (`processors:\n  - energy: {}`). A test loads it. */
  readonly example: string;
  /**
   * What its page shows the example with. Of a processor, aggregator or output: line protocol, which `npm run gen` takes through the
   * example for the page. Of an input: what the example gave on a real machine, or of what is said, where no machine here has it.
   */
  readonly sample?: string | { readonly of: string; readonly gave: string };
  /** Where it is not as Telegraf's plugin of that name, for its page and the table of compatibility. */
  readonly differences?: readonly Difference[];
  /** Loads what it takes to make this plugin and no other, such as WebAssembly. Called before `create`, and only where it is configured. */
  readonly prepare?: () => Promise<void>;
  /**
   * Makes the plugin. No I/O but reading files that are part of its options (a catalogue): `check` makes every plugin. Throws `ConfigError`
   * when options contradict each other in a way the schema can't say.
   */
  create(config: z.output<Schema>, context: PluginContext): Plugin;
}

/** One way in which a plugin is not as Telegraf's. */
export interface Difference {
  /** The option it is about, as in the plugin's table (`replace[].dest`); left out: the plugin as a whole. */
  readonly option?: string;
  /** `better`: Telegraf loses data, crashes or says nothing there. `missing`: Telegraf has it, this has not. */
  readonly verdict: 'better' | 'different' | 'missing';
  /** One sentence. */
  readonly why: string;
}

/** What an output's payloads say, whatever its options: for people who look at what was refused. */
export interface WireForm {
  /** A payload as line protocol. Throws where it is none of this output's. */
  readonly toLines?: (payload: Payload) => Buffer;
}

export function defineInput<Schema extends z.ZodObject>(
  definition: Omit<PluginDefinition<'input', Schema, Input>, 'kind'>,
): PluginDefinition<'input', Schema, Input> {
  return { kind: 'input', ...definition };
}

export function defineProcessor<Schema extends z.ZodObject>(
  definition: Omit<PluginDefinition<'processor', Schema, Processor>, 'kind'>,
): PluginDefinition<'processor', Schema, Processor> {
  return { kind: 'processor', ...definition };
}

export function defineAggregator<Schema extends z.ZodObject>(
  definition: Omit<PluginDefinition<'aggregator', Schema, Aggregator>, 'kind'>,
): PluginDefinition<'aggregator', Schema, Aggregator> {
  return { kind: 'aggregator', ...definition };
}

export function defineOutput<Schema extends z.ZodObject>(
  definition: Omit<PluginDefinition<'output', Schema, Output>, 'kind'> & WireForm,
): PluginDefinition<'output', Schema, Output> & WireForm {
  return { kind: 'output', ...definition };
}

/** What a plugin is given. No globals: two pipelines in one process don't know of each other. */
export interface PluginContext {
  /** As in logs and metrics: `inputs.cpu`, or `inputs.cpu::alias`. */
  readonly name: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly interner: Interner;
  /** Types, units and help of this pipeline's metrics, by the names that Prometheus knows them by. */
  readonly metadata: MetadataRegistry;
  /** What the bridge measures of itself, for an input that makes points of it. */
  readonly self: SelfReadings;
  /** Relative paths in options are relative to this folder: the working directory, as for Telegraf. */
  readonly baseDirectory: string;
  /** Where to get sockets that listen, so that a reload of the configuration closes none. */
  readonly ports: PortUser;
  /** Whether this pipeline takes over from another in this process: then its states are of this moment, not of the time before a restart. */
  readonly continues: boolean;
  /** Of an input, how often it is to gather: its own interval, or the agent's. 0 for other kinds. */
  readonly intervalMs: number;
  /**
   * State that outlives a restart where the store does; its name gets the plugin's own as a prefix. A processor or aggregator that asks for
   * it keeps in it all that it holds back: at a reload, nothing is flushed. What others hold back is emitted then, for good.
   */
  state<T>(spec: StateSpec<T>): State<T>;
  /**
   * For a processor that holds points back and emits all of them at one time (`dueMs`): a journal of them, which a crash does not reach.
   * Called once, in `create`. At a shutdown they are emitted for good; at a reload, the next pipeline's processor gets them.
   */
  keepHeld(dueMs: () => number): HeldJournal;
  /**
   * Counts points that go no further here, or of which a processor or aggregator could make nothing, and why; `reason` is one of few
   * fixed words (`late`, `refused`, `not_finite`).
   */
  drop(reason: string, points?: number): void;
  /** Counts an error that lost no point. */
  error(): void;
}

/** The time, handed in, so that tests can turn it. */
export interface Clock {
  now(): { readonly ms: number; readonly ns: number };
}

// ---------------------------------------------------------------------------------------------------------------- input

export type Input = PolledInput | ServiceInput;

/** Gathers once per interval. Gathers of one input never overlap; a tick that comes too early is skipped and counted. */
export interface PolledInput {
  /** True for an input that compares two readings: `--once` and `--test` gather twice and leave out the first, as Telegraf does for `cpu`. */
  readonly needsEarlierGather?: boolean;
  /** Hands over what there is now. The signal aborts at shutdown. A failure of the source is logged, counted, and not fatal. */
  gather(sink: Sink, signal: AbortSignal): Promise<void>;
  /** Lets go of what it holds. Called once, after the last gather; also when none took place. */
  close?(): Promise<void>;
}

/** Delivers on its own schedule: a listener, a follower of a file, a replay. */
export interface ServiceInput {
  /**
   * Takes hold of what `start` will need and others may have (a port), and takes no points; throws what would keep it from starting. Called
   * where this pipeline is to take over from one that runs, on an instance that is never started: `stop` follows.
   */
  prepare?(): Promise<void>;
  /**
   * Resolves once ready (a listener: once it listens). Throws when it can't start, which ends the program with a clear line; called again
   * only where `startup_error_behavior` is `retry`.
   */
  start(sink: Sink): Promise<void>;
  /** For an input that scrapes on its own schedule: one round of all there is, instead of `start`, for `--once` and `--test`. */
  once?(sink: Sink): Promise<void>;
  /**
   * For a service that works by intervals, too (execd): called as `gather` is, between `start` and `stop`. A failure is logged, counted,
   * and not fatal.
   */
  tick?(): Promise<void>;
  /** For an input that comes to an end (a replay): resolves there. `--once` waits for it. */
  readonly finished?: Promise<void>;
  /** Takes nothing new, waits for what is under way, lets go of ports and files. Called once if `start` or `prepare` was, whatever came of it. */
  stop(): Promise<void>;
}

/** Where inputs put their points. Calls may overlap; points of one call stay together and in order. */
export interface Sink {
  /**
   * Filters and processes the points, queues what comes of them at every output, and resolves when that is as safe as the
   * store makes it: the moment to answer a pusher. `busy` means that nothing was taken; the same points may be offered again.
   */
  deliver(points: readonly Point[]): Promise<Delivery>;
}

export type Delivery = { readonly status: 'ok' } | { readonly status: 'busy'; readonly reason: string; readonly retryAfterSeconds: number };

// ------------------------------------------------------------------------------------------------- processor, aggregator

/**
 * Changes, drops or adds points. The runner asks `bind` once per distinct shape and keeps the answer, so everything that
 * depends on names and tags is decided there, and `pass` and `drop` cost nothing per point.
 */
export interface Processor {
  /** May be asked again for a shape it has seen (caches are bounded): the answer must then mean the same. */
  bind(shape: Shape): Binding;
  /**
   * For a processor that holds points back: appends what it would still emit if no more came. Called at shutdown and at the end
   * of `--once`, after the last point and before the aggregators' last `push`. State stays as it is: after a restart more may come.
   */
  flush?(out: Point[]): void;
}

export type Binding = 'pass' | 'drop' | Transform;

/** Puts what becomes of a point into `out`, in order; nothing means dropped. Never keeps the point: see `Point`. */
export type Transform = (point: Point, out: Point[]) => void;

/** Makes new points out of many. It never sees what another aggregator made. */
export interface Aggregator {
  /**
   * `arrival`: Telegraf's windows by the clock; the runner keeps them, drops what falls outside, and calls `push` at their end.
   * `event`: windows by the points' own times; it gets everything, and `push` is called after every batch and at `dueMs`.
   */
  readonly windows: 'arrival' | 'event';
  /** Of `event` windows: when `push` is due although no points come, in milliseconds since the epoch. */
  readonly dueMs?: number;
  /** True where its points have times of their own. Those of `arrival` windows are rounded to the agent's precision else, as Telegraf does. */
  readonly keepsTimes?: boolean;
  /**
   * True where what an aggregator with `arrival` windows holds is state, and outlives a crash. For the others the runner keeps the points
   * of an open window, where `drop_original` leaves nothing else of them.
   */
  readonly keepsState?: boolean;
  /** Asked as a processor's: once per shape, and again for a shape it has seen. */
  bind(shape: Shape): AggregatorBinding;
  /**
   * Emits what is due. `last` is true at shutdown and at the end of `--once`: then everything is. `arrival` windows start over; of
   * `event` windows the state stays as it is, so that after a restart the same ones go on.
   */
  push(out: Point[], last: boolean): void;
}

/**
 * `skip`: points of this shape are none of this aggregator's, and go on as if it were not there. `empty`: they are, but have nothing in
 * them that it could use; `drop_original` drops them all the same, as in Telegraf, and they are counted.
 */
export type AggregatorBinding = 'skip' | 'empty' | Adder;

/** Takes a point; never keeps it: see `Point`. `refused`: there was no room for it, which the aggregator has counted, and its original goes on. */
export type Adder = (point: Point) => 'refused' | void;

// --------------------------------------------------------------------------------------------------------------- output

/** Two halves: `encode` runs with the pipeline and does no I/O; `send` talks to the server. */
export interface Output {
  /**
   * Whether payloads of different series may be under way at the same time: then points are encoded by partition, and calls of
   * `send` overlap. Without it all is in one order and calls follow each other.
   */
  readonly concurrent?: boolean;

  /** Whether the server refuses what it has already: then it is durably noted that a payload is being sent before the first try. */
  readonly refusesRepeats?: boolean;

  /**
   * Whether nothing reads a payload's body any more once `send` has resolved: what was sent is a compressed copy. Then its memory is used
   * again at once.
   */
  readonly sendsCopies?: boolean;

  /**
   * Makes payloads of points, in order, none with more than `maxPoints`. A point that can't be written is dropped with `context.drop`.
   * State that decides what is written is committed with the payloads.
   */
  encode(points: readonly Point[], maxPoints: number): readonly Payload[];

  /** As of a service input: takes hold of what `connect` will need and others may have; throws what would keep it from that. `close` follows. */
  prepare?(): Promise<void>;

  /** Opens files, creates databases. Called before the first `send`, and again with back-off until it resolves. */
  connect?(signal: AbortSignal): Promise<void>;

  /** Sends one payload, which may have several queued ones joined in it. Never throws for what a server may answer. */
  send(payload: Payload, attempt: Attempt): Promise<SendResult>;

  /**
   * Two halves of a payload, the order kept; undefined for a single point. The sender asks for them when the server says that a
   * request is too large, and to find the point that a server fails on again and again while it takes others.
   */
  split?(payload: Payload): readonly [Payload, Payload] | undefined;

  /** Lets go of connections and files. Called once, after the last `send`; also when none took place. */
  close?(): Promise<void>;
}

export interface Attempt {
  /** Aborts at the end of a shutdown. */
  readonly signal: AbortSignal;
  /** Whether some of it may have been sent before, by this process or one before it, and no answer came. */
  readonly resent: boolean;
}

export type SendResult =
  | { readonly status: 'ok' }
  /** The server took the rest and refused these for good; they become dead letters. */
  | { readonly status: 'partial'; readonly refused: readonly Refused[] }
  /** Nothing was taken, or nobody knows: the same payload is sent again, in order, until it gets through. */
  | { readonly status: 'retry'; readonly reason: string; readonly retryAfterMs?: number | undefined }
  /** More than the server takes in one request (413): sent in halves, and what follows in smaller requests. A single point is refused for good. */
  | { readonly status: 'too_large'; readonly reason: string }
  /** All of it was refused for good. */
  | { readonly status: 'reject'; readonly reason: string };
