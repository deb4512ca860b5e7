/** One request to a remote-write receiver. */
import { USER_AGENT } from '../../shared/http-client.ts';
import { HttpSender, type HttpAnswer, type HttpSenderOptions } from '../../shared/http-sender.ts';
import type { Response, Version } from './verdict.ts';

/** The headers that the specifications fix, by version; what a user sets never replaces them. */
export const PROTOCOL_HEADERS = {
  1: {
    'content-encoding': 'snappy',
    'content-type': 'application/x-protobuf',
    'user-agent': USER_AGENT,
    'x-prometheus-remote-write-version': '0.1.0',
  },
  2: {
    'content-encoding': 'snappy',
    'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
    'user-agent': USER_AGENT,
    'x-prometheus-remote-write-version': '2.0.0',
  },
} as const;

export type ClientOptions = Omit<HttpSenderOptions, 'method'>;

/** What receivers of 2.0 must answer, in any of these: how many they stored of each kind. */
const WRITTEN = {
  samples: 'x-prometheus-remote-write-samples-written',
  histograms: 'x-prometheus-remote-write-histograms-written',
  exemplars: 'x-prometheus-remote-write-exemplars-written',
} as const;

export class RemoteWriteClient {
  readonly #sender: HttpSender;

  constructor(options: ClientOptions) {
    this.#sender = new HttpSender({ ...options, method: 'POST' });
  }

  /** Reads the files of certificates. Throws when one can't be read. */
  open(): Promise<void> {
    return this.#sender.open();
  }

  close(): Promise<void> {
    return this.#sender.close();
  }

  /** Sends one message, a snappy block. A failure to get an answer is its text. Never throws for what a network or a server may do. */
  async post(body: Buffer, version: Version, signal: AbortSignal): Promise<Response | string> {
    const answer = await this.#sender.send(body, PROTOCOL_HEADERS[version], signal);
    return typeof answer === 'string' ? answer : responseOf(answer);
  }
}

function responseOf({ status, text, header }: HttpAnswer): Response {
  const isCounted = Object.values(WRITTEN).some((name) => header(name) !== undefined);
  const count = (kind: keyof typeof WRITTEN): number => Number(header(WRITTEN[kind]) ?? 0);
  return {
    status,
    text,
    retryAfter: header('retry-after'),
    location: header('location'),
    written: isCounted ? count('samples') + count('histograms') : undefined,
    writtenExemplars: isCounted ? count('exemplars') : undefined,
  };
}
