/** The headers of a scrape: what is accepted, and who asks. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Secret } from '../../../config/secret.ts';
import { basicAuthorization } from '../../shared/http-client.ts';
import type { PrometheusConfig } from './config.ts';

/** Telegraf's, without the binary format. */
const TELEGRAF_ACCEPT = 'text/plain;version=0.0.4;q=0.3,*/*;q=0.1';

/** Prometheus': OpenMetrics first, so that a target names its counters as it would for Prometheus. */
const JOB_ACCEPT = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

/** As Prometheus' where it takes native histograms. */
const PROTOBUF_ACCEPT =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

/** User and password that stand in a URL. */
export interface UrlUser {
  readonly username: string;
  readonly password: string;
}

export class RequestHeaders {
  readonly #config: PrometheusConfig;
  readonly #baseDirectory: string;
  readonly #fixed: Readonly<Record<string, string>>;

  constructor(config: PrometheusConfig, baseDirectory: string, timeoutMs: number) {
    this.#config = config;
    this.#baseDirectory = baseDirectory;
    const { job, http_headers: own } = config;
    const jobAccept = config.scrape_native_histograms === true ? PROTOBUF_ACCEPT : JOB_ACCEPT;
    this.#fixed = {
      accept: job === undefined ? TELEGRAF_ACCEPT : jobAccept,
      ...(job === undefined ? {} : { 'x-prometheus-scrape-timeout-seconds': String(timeoutMs / 1000) }),
      ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name.toLowerCase(), value])),
    };
  }

  /** The headers for a target with this user in its URL. Throws when the file of the token can't be read. */
  async of(user: UrlUser): Promise<Readonly<Record<string, string>>> {
    const authorization = await this.#authorization(user);
    return authorization === undefined ? this.#fixed : { authorization, ...this.#fixed };
  }

  async #authorization(user: UrlUser): Promise<string | undefined> {
    const { bearer_token: file, bearer_token_string: token, username, password } = this.#config;
    if (file !== '') return `Bearer ${await this.#readToken(file)}`;
    if (token.reveal() !== '') return `Bearer ${token.reveal()}`;
    if (username.reveal() !== '' || password.reveal() !== '') return basicAuthorization(username.reveal(), password);
    return user.username === '' ? undefined : basicAuthorization(user.username, new Secret(user.password));
  }

  async #readToken(file: string): Promise<string> {
    const path = resolve(this.#baseDirectory, file);
    try {
      return (await readFile(path, 'utf8')).trim();
    } catch (error) {
      throw new Error(`cannot read bearer_token ${path}: ${(error as Error).message}`, { cause: error });
    }
  }
}
