import { z } from 'zod';
import { ConfigError } from '../../../config/diagnostics.ts';
import { duration, secret, size } from '../../../config/options.ts';
import { checkClientTls, clientTlsOptions } from '../../shared/client-tls.ts';
import { unsupportedPrometheusOptions } from './unsupported-options.ts';

const DEFAULT_TIMEOUT_MS = 5000;

/** No body is larger than this, whatever the options say; 20,000 samples are some 2 MB. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;

const limit = () => size().transform((bytes) => (bytes === 0 ? MAX_BODY_BYTES : Math.min(bytes, MAX_BODY_BYTES)));

/** What only Telegraf's way has, and what only `job` has; an option of the other way would change nothing. */
const telegrafOptions = {
  metric_version: z
    .literal([0, 1, 2])
    .optional()
    .describe(
      'How samples become metrics, as in Telegraf: 1 (also 0 and unset) is a measurement per family, 2 is the measurement `prometheus` with a field per family. Not with job.',
    ),
  url_tag: z.string().optional().describe('Tag for the URL, user and password taken out; `url` when unset, none when empty. Not with job.'),
  ignore_timestamp: z.boolean().optional().describe('Take the time of the scrape instead of timestamps in the body. Not with job.'),
  content_length_limit: limit()
    .optional()
    .describe('A larger body is left out, as in Telegraf; 0 is 256 MiB. Not with job, which has body_size_limit.'),
  enable_request_metrics: z
    .boolean()
    .optional()
    .describe('Add `prometheus_request` with the fields response_time (seconds) and content_length for each URL. Not with job.'),
} as const;

const jobOptions = {
  file_sd: z
    .array(z.string())
    .optional()
    .describe(
      "Files (globs) with more targets, YAML or JSON, as in Prometheus' file_sd_configs: lists of `targets` and `labels`. Read again when they change. Labels may set `__scheme__`, `__metrics_path__` and `__param_NAME`. Only with job.",
    ),
  honor_labels: z
    .boolean()
    .optional()
    .describe("Keep a sample's own label where the target has one of the same name; otherwise it becomes `exported_…`. Only with job."),
  honor_timestamps: z
    .boolean()
    .optional()
    .describe('Keep timestamps that samples come with (true when unset); otherwise the time of the scrape counts. Only with job.'),
  scrape_native_histograms: z
    .boolean()
    .optional()
    .describe(
      "Ask targets for protobuf first, the only form with native histograms. Each is a point `METRIC count=…,sum=…,schema=…,positive_bucket_0=…` with Telegraf's names of its parts, which prometheus_remote_write writes as the histogram it is; the buckets with bounds that it has beside them are left out, as in Prometheus. Only with job.",
    ),
  sample_limit: z.int().min(0).optional().describe('A scrape with more samples fails; 0 is no limit. Only with job.'),
  body_size_limit: limit().optional().describe('A scrape with a larger body, decompressed, fails; 0 is 256 MiB. Only with job.'),
} as const;

export const PrometheusOptions = z.strictObject({
  urls: z
    .array(z.string())
    .default([])
    .describe('What to scrape: `http://127.0.0.1:9100/metrics`; also `unix:///socket?path=/metrics`. Without a path, /metrics is meant.'),
  job: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Scrape as Prometheus does, under this job: labels `job` and `instance`, `up` and the other series about scrapes, staleness, one field per series. Without it, as Telegraf does.',
    ),
  timeout: duration()
    .refine((ms) => ms > 0, 'must be longer than 0s')
    .optional()
    .describe('How long a scrape may take; 5s when unset, and never longer than the interval with job.'),
  response_timeout: duration().optional().describe('Old name of timeout.'),
  username: secret().prefault('').describe('User for basic authentication.'),
  password: secret().prefault('').describe('Password for basic authentication.'),
  bearer_token: z
    .string()
    .default('')
    .describe('File with the token for bearer authentication, read at each scrape. Wins over all others.'),
  bearer_token_string: secret().prefault('').describe('Token for bearer authentication. Wins over user and password.'),
  http_headers: z.record(z.string(), z.string()).default({}).describe('More headers; Host may be among them.'),
  ...telegrafOptions,
  ...jobOptions,
  ...clientTlsOptions,
  ...unsupportedPrometheusOptions,
});
export type PrometheusConfig = z.output<typeof PrometheusOptions>;

/** Throws `ConfigError` when options contradict each other. */
export function checkOptions(config: PrometheusConfig, intervalMs: number): void {
  checkClientTls(config);
  const { job, urls, file_sd: files = [], timeout } = config;
  const [unused, why] = job === undefined ? [jobOptions, 'works only with job; set one'] : [telegrafOptions, 'does not work with job'];
  const set = Object.keys(unused).find((name) => config[name as keyof PrometheusConfig] !== undefined);
  if (set !== undefined) throw new ConfigError(`${set} ${why}, or remove it`, [set]);
  if (urls.length === 0 && files.length === 0) throw new ConfigError('there is nothing to scrape; name a target in urls', ['urls']);
  if (job !== undefined && timeout !== undefined && timeout > intervalMs) {
    throw new ConfigError(`a scrape must be over before the next begins; timeout is longer than the interval of ${intervalMs / 1000}s`, [
      'timeout',
    ]);
  }
}

/** Milliseconds that a scrape may take. */
export function timeoutMs({ job, timeout, response_timeout: old }: PrometheusConfig, intervalMs: number): number {
  const ms = timeout ?? (old === undefined || old === 0 ? DEFAULT_TIMEOUT_MS : old);
  return job === undefined ? ms : Math.min(ms, intervalMs);
}

/** Bytes that a body may have, decompressed. */
export function maxBodyBytes({ content_length_limit: telegraf, body_size_limit: job }: PrometheusConfig): number {
  return telegraf ?? job ?? MAX_BODY_BYTES;
}
