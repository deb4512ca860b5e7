import { resolve } from 'node:path';
import type { Point } from '../../../metric/point.ts';
import type { PluginContext, ServiceInput, Sink } from '../../../pipeline/plugin.ts';
import { waitFor } from '../../../pipeline/wait-for.ts';
import { readBlocks } from '../../shared/line-blocks.ts';
import { logBadText } from '../../shared/line-format.ts';
import { deliverPatiently } from '../../shared/patient-delivery.ts';
import { createTextReader, type TextReader } from '../../shared/text-format.ts';
import type { ReplayConfig } from './config.ts';
import { roundMs, shiftFor, toRecording, type Recording } from './recording.ts';

/** A recording is held in memory; a larger one belongs to `file` or to a backfill. */
const MAX_POINTS = 2_000_000;

/** Points delivered together when no pace is to be kept. */
const BATCH = 5000;

/** Plays a recording; see `plugin.ts`. */
export class Player implements ServiceInput {
  /** Resolves when the last point is delivered, or at `stop`; absent for a loop, which has no end. */
  readonly finished?: Promise<void>;
  readonly #config: ReplayConfig;
  readonly #context: PluginContext;
  readonly #reader: TextReader;
  readonly #stop = new AbortController();
  readonly #end = Promise.withResolvers<void>();
  #playing: Promise<void> = Promise.resolve();

  constructor(config: ReplayConfig, context: PluginContext) {
    this.#config = config;
    this.#context = context;
    this.#reader = createTextReader(config, 'replay', context);
    if (!config.loop) this.finished = this.#end.promise;
  }

  async start(sink: Sink): Promise<void> {
    const recording = await this.#load();
    const shiftMs = shiftFor(recording, this.#config.move, this.#context.clock.now().ms);
    this.#playing = this.#play(recording, shiftMs, sink)
      .catch((error: unknown) => {
        this.#context.error();
        this.#context.log.error('the replay ended with an error', { error });
      })
      .finally(() => this.#end.resolve());
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#playing;
    this.#end.resolve();
  }

  /** Throws when there is nothing to play, which ends the program with that line. */
  async #load(): Promise<Recording> {
    const { file, character_encoding: encoding } = this.#config;
    const points: Point[] = [];
    for await (const { text, linesBefore } of readBlocks(resolve(this.#context.baseDirectory, file), encoding, this.#reader.unit)) {
      const parsed = this.#reader.read(text);
      logBadText(this.#context, file, this.#reader, parsed, linesBefore);
      for (const point of parsed.points) points.push(point);
      if (points.length > MAX_POINTS) {
        throw new Error(`"${file}" has more than ${MAX_POINTS} points; cut it in parts, or read it with inputs.file`);
      }
    }
    if (points.length === 0) throw new Error(`"${file}" holds nothing that can be played`);
    return toRecording(points);
  }

  async #play(recording: Recording, firstShiftMs: number, sink: Sink): Promise<void> {
    const { speed, loop } = this.#config;
    const startedMs = performance.now();
    const length = roundMs(recording);
    for (let round = 0; round === 0 || loop; round++) {
      const shiftMs = firstShiftMs + round * length;
      const complete =
        speed === 0
          ? await this.#playAtOnce(recording, shiftMs, sink)
          : await this.#playRound(recording, shiftMs, startedMs + (round * length) / speed, sink);
      if (!complete) return;
    }
  }

  /** Delivers each group when it is due, counted from the start of the round, so that delays do not add up. */
  async #playRound({ groups }: Recording, shiftMs: number, startedMs: number, sink: Sink): Promise<boolean> {
    const { speed } = this.#config;
    for (const group of groups) {
      const dueMs = startedMs + (group.ms - groups[0].ms) / speed;
      const waitMs = dueMs - performance.now();
      if (waitMs > 0 && !(await waitFor(waitMs, this.#stop.signal))) return false;
      if (!(await this.#deliver(group.points, shiftMs, sink))) return false;
    }
    return true;
  }

  async #playAtOnce({ groups }: Recording, shiftMs: number, sink: Sink): Promise<boolean> {
    let batch: Point[] = [];
    for (const { points } of groups) {
      for (const point of points) batch.push(point);
      if (batch.length < BATCH) continue;
      if (!(await this.#deliver(batch, shiftMs, sink))) return false;
      batch = [];
    }
    return this.#deliver(batch, shiftMs, sink);
  }

  async #deliver(points: readonly Point[], shiftMs: number, sink: Sink): Promise<boolean> {
    if (this.#stop.signal.aborted) return false;
    const moved = points.map((point) => point.withTime(point.ms + shiftMs, point.ns));
    return deliverPatiently(sink, moved, this.#stop.signal);
  }
}
