import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ConfigError } from '../../../config/diagnostics.ts';
import { Secret } from '../../../config/secret.ts';
import type { Point } from '../../../metric/point.ts';
import type { PluginContext, PolledInput, Sink } from '../../../pipeline/plugin.ts';
import { basicAuthorization, parseServerUrl, type ServerUrl } from '../../shared/http-client.ts';
import { logBadText } from '../../shared/line-format.ts';
import { deliverPatiently } from '../../shared/patient-delivery.ts';
import { ScrapeClient, type Asking } from '../../shared/scrape.ts';
import { TagSetter } from '../../shared/tag-setter.ts';
import { createTextReader, type TextReader } from '../../shared/text-format.ts';
import { checkOptions, type HttpInputConfig } from './config.ts';

/** No answer is larger than this, decompressed. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

const URL_TAG = 'url';

/** Reads metrics from servers at every interval; see `plugin.ts`. */
export class HttpReader implements PolledInput {
  readonly #config: HttpInputConfig;
  readonly #context: PluginContext;
  readonly #servers: readonly ServerUrl[];
  readonly #client: ScrapeClient;
  readonly #reader: TextReader;
  readonly #tagSetter: TagSetter;

  /** Throws `ConfigError`. */
  constructor(config: HttpInputConfig, context: PluginContext) {
    checkOptions(config);
    this.#config = config;
    this.#context = context;
    this.#servers = config.urls.map(checkedUrl);
    this.#client = new ScrapeClient({
      timeoutMs: config.timeout,
      maxBytes: MAX_ANSWER_BYTES,
      tls: config,
      baseDirectory: context.baseDirectory,
      asking: askingOf(config),
      successStatuses: config.success_status_codes,
    });
    this.#reader = createTextReader(config, 'http', context);
    this.#tagSetter = new TagSetter(context.interner);
  }

  async gather(sink: Sink, signal: AbortSignal): Promise<void> {
    const token = await this.#token();
    await Promise.all(this.#servers.map((server) => this.#read(server, token, sink, signal)));
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  /** One server's failure takes none of the others with it. */
  async #read(server: ServerUrl, token: string, sink: Sink, signal: AbortSignal): Promise<void> {
    const answer = await this.#client.get(server.base, this.#headers(server, token), signal);
    if (signal.aborted) return;
    if (!answer.ok) {
      this.#context.error();
      this.#context.log.error(`could not read ${server.base}: ${answer.reason}`);
      return;
    }
    const read = this.#reader.read(answer.body);
    logBadText(this.#context, server.base, this.#reader, read, 0);
    await deliverPatiently(sink, this.#tagged(read.points, server.base), signal);
  }

  /** With the tag `url`, unless they have one: theirs stays. */
  #tagged(points: readonly Point[], url: string): Point[] {
    return points.map((point) => {
      if (point.shape.series.tags.some(([key]) => key === URL_TAG)) return point;
      const one = [point];
      this.#tagSetter.set(one, [[URL_TAG, url]]);
      return one[0];
    });
  }

  #headers({ username, password }: ServerUrl, token: string): Record<string, string> {
    const { headers, content_encoding: encoding, body, username: user, password: word } = this.#config;
    const all: Record<string, string> = {};
    if (token !== '') all['authorization'] = `Bearer ${token}`;
    else if (user.reveal() !== '' || word.reveal() !== '') all['authorization'] = basicAuthorization(user.reveal(), word);
    else if (username !== '') all['authorization'] = basicAuthorization(username, new Secret(password));
    if (encoding === 'gzip' && body !== '') all['content-encoding'] = 'gzip';
    for (const [name, value] of Object.entries(headers)) all[name.toLowerCase()] = value;
    return all;
  }

  /** Empty where there is none. A file is read every time, since tokens are renewed. */
  async #token(): Promise<string> {
    const { token, token_file: file, bearer_token: old } = this.#config;
    const path = file || old;
    if (path === '') return token.reveal();
    return (await readFile(resolve(this.#context.baseDirectory, path), 'utf8')).trim();
  }
}

function checkedUrl(text: string, index: number): ServerUrl {
  const url = parseServerUrl(text);
  if (url !== undefined) return url;
  throw new ConfigError(`"${text}" is no http or https URL; write for example http://127.0.0.1:8080/metrics`, ['urls', index]);
}

function askingOf({ method, body, content_encoding: encoding }: HttpInputConfig): Asking {
  if (body === '') return { method, body: undefined };
  return { method, body: encoding === 'gzip' ? gzipSync(body) : Buffer.from(body) };
}
