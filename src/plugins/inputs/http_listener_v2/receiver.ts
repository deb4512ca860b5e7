import type { IncomingMessage } from 'node:http';
import { lineErrorText } from '../../../formats/line-protocol/parse.ts';
import type { PluginContext, Sink } from '../../../pipeline/plugin.ts';
import { decodePercents } from '../../shared/http-client.ts';
import { busy, jsonAnswer, type Answer, type Refusal } from '../../shared/listener/answer.ts';
import { createBasicAuth, type CheckAccess } from '../../shared/listener/basic-auth.ts';
import { readBody } from '../../shared/listener/body.ts';
import type { Handled } from '../../shared/listener/http-listener.ts';
import { MemoryBudget, type MemoryLease } from '../../shared/listener/memory-budget.ts';
import { TagSetter, type TagPairs } from '../../shared/tag-setter.ts';
import { createTextReader, type ReadText, type TextReader } from '../../shared/text-format.ts';
import type { HttpListenerConfig } from './config.ts';

const PATH_TAG = 'http_listener_v2_path';

/** Bodies in memory at one time, in units of the largest that is allowed: one that comes in and one that is being stored. */
const BODIES_IN_MEMORY = 2;

/** What a request came to; undefined when nobody is left to be answered. */
type Received = { readonly text: Buffer } | { readonly refusal: Refusal } | undefined;

/** A refusal in JSON, as Telegraf words it. */
export function refusalAnswer({ status, message, headers, close }: Refusal): Answer {
  const answer = jsonAnswer(status, { error: message });
  return { ...answer, headers: { ...answer.headers, ...headers }, close };
}

/** Takes requests' metrics, and answers when they are safe. */
export class Receiver {
  readonly #config: HttpListenerConfig;
  readonly #paths: ReadonlySet<string>;
  readonly #checkAccess: CheckAccess | undefined;
  readonly #reader: TextReader;
  readonly #tagSetter: TagSetter;
  readonly #budget: MemoryBudget;

  /** Throws `ConfigError`. */
  constructor(config: HttpListenerConfig, context: PluginContext) {
    this.#config = config;
    this.#paths = new Set([...config.paths, config.path].filter((path) => path !== ''));
    this.#checkAccess = createBasicAuth(config.basic_username, config.basic_password);
    this.#reader = createTextReader(config, 'http_listener_v2', context);
    this.#tagSetter = new TagSetter(context.interner);
    this.#budget = new MemoryBudget(BODIES_IN_MEMORY * (config.max_body_size + config.max_decompressed_size));
  }

  /** Whether anyone may write. */
  get isOpen(): boolean {
    return this.#checkAccess === undefined;
  }

  async handle(request: IncomingMessage, sink: Sink, stopSignal: AbortSignal): Promise<Handled> {
    const { http_headers: headers, http_success_code: status } = this.#config;
    const result = await this.#result(request, sink, stopSignal);
    if (result === 'gone') return undefined;
    if (result === 'ok') return { answer: { status, headers } };
    const answer = refusalAnswer(result);
    return { answer: { ...answer, headers: { ...headers, ...answer.headers } }, refusal: result };
  }

  async #result(request: IncomingMessage, sink: Sink, stopSignal: AbortSignal): Promise<'ok' | 'gone' | Refusal> {
    const url = URL.parse(request.url ?? '/', 'http://listener');
    const path = decodePercents(url?.pathname ?? '');
    const refusal = this.#checkAccess?.(request.headers) ?? this.#misdirected(request.method ?? '', path);
    if (refusal !== undefined) return refusal;
    const lease = this.#budget.open();
    try {
      const received = await this.#receive(request, url?.search ?? '', lease, stopSignal);
      if (received === undefined) return 'gone';
      if ('refusal' in received) return received.refusal;
      return await this.#deliver(received.text, this.#tagsOf(request, path), sink);
    } finally {
      lease.release();
    }
  }

  #misdirected(method: string, path: string): Refusal | undefined {
    const { methods } = this.#config;
    if (!this.#paths.has(path)) return { status: 404, message: `there is nothing here; try ${[...this.#paths].join(', ')}` };
    if (methods.includes(method)) return undefined;
    return { status: 405, message: 'http: method not allowed', headers: { Allow: methods.join(', ') } };
  }

  async #receive(request: IncomingMessage, search: string, lease: MemoryLease, stopSignal: AbortSignal): Promise<Received> {
    if (this.#config.data_source === 'query') return queryText(search);
    const { max_body_size: maxBodyBytes, max_decompressed_size: maxDecompressedBytes } = this.#config;
    const body = await readBody(request, { maxBodyBytes, maxDecompressedBytes }, lease, stopSignal);
    if (body.status === 'gone') return undefined;
    return body.status === 'refused' ? { refusal: body.refusal } : { text: body.bytes };
  }

  async #deliver(text: Buffer, tags: TagPairs, sink: Sink): Promise<'ok' | Refusal> {
    const read = this.#reader.read(text);
    this.#tagSetter.set(read.points, tags);
    if (read.points.length > 0) {
      const delivery = await sink.deliver(read.points);
      if (delivery.status === 'busy') return busy(delivery);
    }
    return read.errorCount === 0 ? 'ok' : { status: 400, message: badText(read) };
  }

  #tagsOf({ headersDistinct }: IncomingMessage, path: string): TagPairs {
    const { http_header_tags: headerTags, path_tag: hasPathTag } = this.#config;
    const ofHeaders = Object.entries(headerTags).map(([header, tag]) => [tag, headersDistinct[header.toLowerCase()]?.[0] ?? ''] as const);
    return hasPathTag ? [...ofHeaders, [PATH_TAG, path]] : ofHeaders;
  }
}

/** What follows the `?`, as it was before it became a part of an address. */
function queryText(search: string): Received {
  try {
    return { text: Buffer.from(decodeURIComponent(search.slice(1).replaceAll('+', ' '))) };
  } catch {
    return { refusal: { status: 400, message: 'the query is not encoded as an address asks for' } };
  }
}

/** What is wrong with the first bad line, and how many there are; the good ones are stored. */
function badText({ points, errors, errorCount }: ReadText): string {
  const [first] = errors;
  const words = first === undefined ? 'http: bad request' : lineErrorText(first);
  const others = errorCount > 1 ? ` (and ${errorCount - 1} more)` : '';
  return `${points.length > 0 ? 'partial write: ' : ''}${words}${others}`;
}
