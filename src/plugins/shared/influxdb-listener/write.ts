/** `/write` and `/api/v2/write`: a body of line protocol becomes points, and the answer says what became of them. */
import type { IncomingMessage } from 'node:http';
import { LineParser, lineErrorText, type Parsed, type Precision } from '../../../formats/line-protocol/parse.ts';
import { freeMemory } from '../../../metric/memory.ts';
import type { PluginContext, Sink } from '../../../pipeline/plugin.ts';
import { TagSetter, type TagPairs } from '../tag-setter.ts';
import { busy, NO_CONTENT, type Answer, type Refusal } from '../listener/answer.ts';
import { readBody } from '../listener/body.ts';
import { MemoryBudget, type MemoryLease } from '../listener/memory-budget.ts';
import type { WriterConfig } from './config.ts';
import type { Api } from './answer.ts';

/** All spellings that InfluxDB 1.x, 2.x and Telegraf's listener take. */
const PRECISIONS: Readonly<Record<string, Precision>> = {
  '': 'ns',
  n: 'ns',
  ns: 'ns',
  u: 'us',
  us: 'us',
  µ: 'us',
  µs: 'us',
  μ: 'us',
  μs: 'us',
  ms: 'ms',
  s: 's',
  m: 'm',
  h: 'h',
};

/** Bodies in memory at one time, in units of the largest that is allowed: one that comes in and one that is being stored. */
const BODIES_IN_MEMORY = 2;

/** What a write ends in; undefined when nobody is left to be answered. */
export type WriteResult = { readonly answer: Answer } | { readonly refusal: Refusal } | undefined;

/** How a body is to be received and read. */
interface Receiving {
  readonly precision: Precision;
  readonly tags: TagPairs;
  readonly stopSignal: AbortSignal;
}

/** What became of a body's lines. */
interface Report extends Pick<Parsed, 'errors' | 'errorCount'> {
  readonly taken: number;
}

/** Takes the writes of one listener. */
export class Writer {
  readonly #config: WriterConfig;
  readonly #context: PluginContext;
  readonly #sink: Sink;
  readonly #parser: LineParser;
  readonly #tagSetter: TagSetter;
  readonly #budget: MemoryBudget;
  /** Points that the pipeline does not have for good yet. */
  #undelivered = 0;

  constructor(config: WriterConfig, context: PluginContext, sink: Sink) {
    this.#config = config;
    this.#context = context;
    this.#sink = sink;
    this.#parser = new LineParser(context.interner, { dialect: config.parser_type });
    this.#tagSetter = new TagSetter(context.interner);
    this.#budget = new MemoryBudget(BODIES_IN_MEMORY * (config.max_body_size + config.max_decompressed_size));
  }

  /** Takes one request's points. Answers only after the pipeline has them for good. `stopSignal` aborts when the listener stops. */
  async write(request: IncomingMessage, query: URLSearchParams, api: Api, stopSignal: AbortSignal): Promise<WriteResult> {
    const name = query.get('precision') ?? '';
    const precision = Object.hasOwn(PRECISIONS, name) ? PRECISIONS[name] : undefined;
    if (precision === undefined) {
      return { refusal: { status: 400, message: `invalid precision ${JSON.stringify(name)} (use n, u, ms, s, m or h)` } };
    }
    const lease = this.#budget.open();
    try {
      return await this.#receive(request, { precision, tags: this.#tagsOf(query, api), stopSignal }, lease);
    } finally {
      lease.release();
    }
  }

  async #receive(request: IncomingMessage, how: Receiving, lease: MemoryLease): Promise<WriteResult> {
    const { max_body_size: maxBodyBytes, max_decompressed_size: maxDecompressedBytes } = this.#config;
    const body = await readBody(request, { maxBodyBytes, maxDecompressedBytes }, lease, how.stopSignal);
    if (body.status === 'gone') return undefined;
    if (body.status === 'refused') return { refusal: body.refusal };
    const result = await this.#deliver(body.bytes, how);
    // Nobody keeps a point beyond its batch: see `Point`.
    freeMemory(body.bytes);
    return result;
  }

  /** Not an async function: that would keep the points while it waits for the disk, and V8 would move all of them to its old generation. */
  #deliver(bytes: Buffer, { precision, tags }: Receiving): Promise<WriteResult> {
    const { points, errors, errorCount } = this.#parser.parse(bytes, { precision, now: this.#context.clock.now() });
    this.#tagSetter.set(points, tags);
    const report = { taken: points.length, errors, errorCount };
    if (points.length === 0) return Promise.resolve(this.#resultOf(report));
    const refusal = this.#refusalOf(points.length);
    if (refusal !== undefined) return Promise.resolve({ refusal });
    this.#undelivered += points.length;
    const delivered = this.#sink.deliver(points).finally(() => (this.#undelivered -= report.taken));
    return delivered.then((delivery) => {
      if (delivery.status === 'busy') return { refusal: busy(delivery) };
      return this.#resultOf(report);
    });
  }

  /** Why so many points can't be taken, or not now. */
  #refusalOf(points: number): Refusal | undefined {
    const { max_undelivered_metrics: most = 0 } = this.#config;
    if (most === 0 || this.#undelivered + points <= most) return undefined;
    if (points > most) {
      return { status: 413, message: `the request has ${points} metrics, max_undelivered_metrics allows ${most}; send smaller batches` };
    }
    const message = `${this.#undelivered} metrics are on their way, max_undelivered_metrics allows ${most}; try again`;
    return { status: 429, message, headers: { 'Retry-After': '1' } };
  }

  #resultOf(report: Report): WriteResult {
    if (report.errorCount === 0) return { answer: NO_CONTENT };
    this.#context.drop('parse_error', report.errorCount);
    return { refusal: { status: 400, message: partialWrite(report) } };
  }

  /** Later tags of one name win, here and over those of the lines. */
  #tagsOf(query: URLSearchParams, api: Api): TagPairs {
    const { database_tag: database = '', retention_policy_tag: policy = '', bucket_tag: bucket } = this.#config;
    if (api === 'v2') return [[bucket, query.get('bucket') ?? '']];
    return [
      [database, query.get('db') ?? ''],
      [policy, query.get('rp') ?? ''],
    ];
  }
}

/** InfluxDB's frame around Telegraf's words: what is wrong with the first bad line, and how many there are. */
function partialWrite({ taken, errors, errorCount }: Report): string {
  const others = errorCount - 1;
  const more = others === 0 ? '' : ` (and ${others} other parse error${others === 1 ? '' : 's'})`;
  return `${taken > 0 ? 'partial write' : 'unable to parse'}: ${lineErrorText(errors[0])}${more} dropped=${errorCount}`;
}
