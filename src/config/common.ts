/** The options that the runner understands on every plugin of a kind, with Telegraf's names and defaults, and the `agent` table. */
import { z } from 'zod';
import { duration, listenAddressOrNone, size } from './options.ts';
import { RedisConfig } from './redis.ts';
import { LABEL } from './select.ts';

const globs = () => z.array(z.string());
const positiveDuration = () => duration().refine((ms) => ms > 0, 'must be positive');
const nonNegativeDuration = () => duration().refine((ms) => ms >= 0, 'must not be negative');

/** Telegraf's metric filters: which metrics a plugin sees, and which of their fields and tags stay. */
export const Filter = z.strictObject({
  namepass: globs().optional().describe('Only measurements that match one of these globs.'),
  namepass_separator: z.string().optional().describe('Characters that `*` and `?` in namepass do not match.'),
  namedrop: globs().optional().describe('No measurements that match one of these globs; wins over namepass.'),
  namedrop_separator: z.string().optional().describe('Characters that `*` and `?` in namedrop do not match.'),
  tagpass: z.record(z.string(), globs()).optional().describe('Only metrics with one of these tags at one of these values (globs).'),
  tagdrop: z
    .record(z.string(), globs())
    .optional()
    .describe('No metrics with one of these tags at one of these values; wins over tagpass.'),
  metricpass: z.string().optional().describe('Only metrics for which this CEL expression over name, tags, fields and time is true.'),
  fieldinclude: globs().optional().describe('Keep only fields that match one of these globs.'),
  fieldpass: globs().optional().describe('Old name of fieldinclude; added to it.'),
  pass: globs().optional().describe('Older name of fieldinclude; added to it.'),
  fieldexclude: globs().optional().describe('Remove fields that match one of these globs.'),
  fielddrop: globs().optional().describe('Old name of fieldexclude; added to it.'),
  drop: globs().optional().describe('Older name of fieldexclude; added to it.'),
  taginclude: globs().optional().describe('Keep only tags whose key matches one of these globs.'),
  tagexclude: globs().optional().describe('Remove tags whose key matches one of these globs.'),
});
export type Filter = z.output<typeof Filter>;

const Names = z.strictObject({
  name_override: z.string().optional().describe('Replaces the measurement name.'),
  name_prefix: z.string().optional().describe('Put before the measurement name.'),
  name_suffix: z.string().optional().describe('Put after the measurement name.'),
});

const label = () => z.string().regex(LABEL, 'a label is made of letters, digits, "_", "." and "-"');

const Common = z.strictObject({
  alias: z.string().optional().describe('A name for this instance, shown in logs and metrics.'),
  log_level: z.enum(['error', 'warn', 'info', 'debug', 'trace']).optional().describe('Log level of this plugin alone.'),
  labels: z.record(label(), label()).optional().describe('Labels by which `--select` chooses the plugins to run.'),
});

const startupErrorBehavior = z.enum(['error', 'retry', 'ignore', 'probe']).default('error');

export const InputCommon = z.strictObject({
  ...Common.shape,
  ...Names.shape,
  ...Filter.shape,
  interval: nonNegativeDuration().optional().describe("How often to gather; the agent's interval when unset or 0."),
  precision: nonNegativeDuration()
    .optional()
    .describe("Times are rounded to this; the agent's precision when unset. Not applied to listeners unless set here."),
  collection_jitter: nonNegativeDuration().optional().describe('Longest random delay before each gather.'),
  collection_offset: nonNegativeDuration().optional().describe('Fixed delay before each gather.'),
  startup_error_behavior: startupErrorBehavior.describe(
    'When it cannot start: end with an error, retry, or leave it out (`ignore`, `probe`).',
  ),
  tags: z.record(z.string(), z.string()).default({}).describe('Tags added to every metric of this input that does not have them.'),
  time_source: z
    .unknown()
    .refine(
      () => false,
      'Telegraf 1.40 documents this option and refuses it as unknown; so does Wattbridge: points keep the time of their input',
    )
    .optional()
    .meta({ description: 'Telegraf documents it, and refuses it too.', deprecated: true }),
});
export type InputCommon = z.output<typeof InputCommon>;

export const ProcessorCommon = z.strictObject({
  ...Common.shape,
  ...Filter.shape,
  order: z.int().default(0).describe('Place among the processors: lower first; equal ones in the order written.'),
});
export type ProcessorCommon = z.output<typeof ProcessorCommon>;

export const AggregatorCommon = z.strictObject({
  ...Common.shape,
  ...Names.shape,
  ...Filter.shape,
  period: positiveDuration().prefault('30s').describe('Length of a window.'),
  delay: nonNegativeDuration().prefault('100ms').describe('How far past the end of a window a metric still counts into it.'),
  grace: nonNegativeDuration().prefault('0s').describe('How far before the start of a window a metric still counts into it.'),
  drop_original: z
    .boolean()
    .default(false)
    .describe('Whether what the filter selects goes no further itself; what was meant for a window and is not in it goes on.'),
  tags: z.record(z.string(), z.string()).default({}).describe('Tags added to every metric that the aggregator makes.'),
});
export type AggregatorCommon = z.output<typeof AggregatorCommon>;

export const OutputCommon = z.strictObject({
  ...Common.shape,
  ...Names.shape,
  ...Filter.shape,
  flush_interval: nonNegativeDuration().optional().describe("How often to send what has not filled a batch; the agent's when unset."),
  flush_jitter: nonNegativeDuration().optional().describe('Longest random delay added to flush_interval.'),
  metric_batch_size: z.int().positive().optional().describe("Most metrics in one request; the agent's when unset."),
  max_parallel_requests: z
    .int()
    .min(1)
    .max(4)
    .default(4)
    .describe(
      'Most requests under way at a time. Only as many as a backlog calls for, each with series of its own, so that order holds; outputs that write in one order (files) make one at a time.',
    ),
  metric_buffer_limit: z
    .int()
    .positive()
    .optional()
    .describe('Most metrics waiting for this output. What happens at the bound is `overflow`.'),
  queue_max_bytes: size()
    .optional()
    .describe('Most bytes waiting for this output, before compression; 64 MiB in memory, 1 GiB on disk, also where it is 0.'),
  queue_max_age: nonNegativeDuration()
    .prefault('0s')
    .describe('Metrics that have waited longer than this are dropped, and counted; 0: never.'),
  overflow: z
    .enum(['block', 'drop_oldest', 'drop_newest'])
    .optional()
    .describe(
      'At the bound: `block` makes inputs wait (pushers get a 503); `drop_oldest` and `drop_newest` drop metrics of this output alone, counted. Unset: `block`; with startup_error_behavior `ignore`, `drop_oldest`.',
    ),
  startup_error_behavior: startupErrorBehavior.describe(
    'An output whose server is not there is tried again until it is, whatever this says, and its points wait. With `ignore` or `probe` they make no input wait: see overflow.',
  ),
});
export type OutputCommon = z.output<typeof OutputCommon>;

export const AgentConfig = z
  .strictObject({
    interval: positiveDuration().prefault('10s').describe('How often inputs gather.'),
    round_interval: z.boolean().default(true).describe('Gather at multiples of the interval (on the minute, for 1m).'),
    precision: nonNegativeDuration().prefault('0s').describe('Times are rounded to this; 0 derives it from the interval.'),
    collection_jitter: nonNegativeDuration().prefault('0s').describe('Longest random delay before each gather.'),
    collection_offset: nonNegativeDuration().prefault('0s').describe('Fixed delay before each gather.'),
    flush_interval: positiveDuration().prefault('10s').describe('How often outputs send what has not filled a batch.'),
    flush_jitter: nonNegativeDuration().prefault('0s').describe('Longest random delay added to flush_interval.'),
    metric_batch_size: z.int().nonnegative().default(1000).describe('Most metrics in one request.'),
    metric_buffer_limit: z
      .int()
      .nonnegative()
      .default(0)
      .describe('Most metrics waiting for one output; at the bound, inputs wait (pushers get a 503). 0: as queue_max_bytes says.'),
    hostname: z.string().default('').describe("Value of the `host` tag; the machine's name when empty."),
    omit_hostname: z.boolean().default(false).describe('Leave the `host` tag out.'),
    always_include_local_tags: z.boolean().default(false).describe("Bring an input's own tags back after taginclude and tagexclude."),
    always_include_global_tags: z.boolean().default(false).describe('Bring the global tags back after taginclude and tagexclude.'),
    skip_processors_after_aggregators: z.boolean().default(false).describe('Whether what aggregators make skips the processors.'),
    skip_processors_before_aggregators: z.boolean().default(false).describe('Whether metrics go to the aggregators before any processor.'),
    debug: z.boolean().default(false).describe('Log at debug level.'),
    quiet: z.boolean().default(false).describe('Log errors only.'),
    logfile: z.string().default('').describe('Log to this file; standard error when empty.'),
    logformat: z.enum(['text', 'structured']).default('text').describe('Lines for people, or JSON.'),
    queue_driver: z
      .enum(['disk', 'memory', 'redis'])
      .default('disk')
      .describe(
        'Where queues and state are: on the disk, where they outlive a crash; in memory, where they end with the process; `redis`: on the disk, and handed on through Redis to senders on any machine.',
      ),
    redis: RedisConfig.prefault({}).describe('The Redis of `queue_driver: redis`.'),
    data_directory: z
      .string()
      .optional()
      .describe(
        'Folder of the queues and the state; one pipeline at a time. Unset: one with the name of the pipeline, in $STATE_DIRECTORY or ~/.local/state/wattbridge.',
      ),
    admin_address: listenAddressOrNone()
      .prefault('127.0.0.1:8187')
      .describe('Where health and metrics are served (`/metrics`, `/healthz`, `/readyz`); empty: nowhere.'),
    shutdown_timeout: nonNegativeDuration().prefault('2s').describe('How long a shutdown may take to drain the queues.'),
  })
  .refine((agent) => !(agent.skip_processors_before_aggregators && agent.skip_processors_after_aggregators), {
    path: ['skip_processors_before_aggregators'],
    message: 'with skip_processors_after_aggregators too, no processor would ever run; set one of them only',
  });
export type AgentConfig = z.output<typeof AgentConfig>;

/** The common options of each group, for the loader to join with a plugin's own. */
export const commonOptions = {
  inputs: InputCommon,
  processors: ProcessorCommon,
  aggregators: AggregatorCommon,
  outputs: OutputCommon,
} as const;

/** Options of Telegraf's agent that a file may have and that do nothing here, and why. */
export const ignoredAgentOptions: Readonly<Record<string, string>> = {
  logtarget: 'logs go to logfile, or to standard error',
  logfile_rotation_interval: 'let logrotate or the journal rotate logs',
  logfile_rotation_max_size: 'let logrotate or the journal rotate logs',
  logfile_rotation_max_archives: 'let logrotate or the journal rotate logs',
  log_with_timezone: 'log times are in UTC',
  structured_log_message_key: 'structured logs have the message under "msg"',
  snmp_translator: 'there is no SNMP plugin',
  statefile: 'state is kept in data_directory',
  buffer_strategy: 'every queue is on the disk, in data_directory, unless queue_driver says otherwise',
  buffer_directory: 'every queue is on the disk, in data_directory, unless queue_driver says otherwise',
  buffer_disk_sync: 'every queue is on the disk, in data_directory, unless queue_driver says otherwise',
  config_url_retry_attempts: 'the flag --config-url-retry-attempts sets it',
  flush_buffer_when_full: 'Telegraf itself dropped it',
  utc: 'Telegraf itself dropped it',
};

/**
 * Options that Telegraf accepts on every plugin and ignores where they mean nothing (`missingTomlField` of its config/config.go),
 * so that files in use have them in odd places.
 */
export const acceptedAnywhere: ReadonlySet<string> = new Set([
  'alias',
  'always_include_local_tags',
  'buffer_strategy',
  'buffer_directory',
  'collection_jitter',
  'collection_offset',
  'data_format',
  'data_type',
  'delay',
  'drop',
  'drop_original',
  'fielddrop',
  'fieldexclude',
  'fieldinclude',
  'fieldpass',
  'flush_interval',
  'flush_jitter',
  'grace',
  'id',
  'influx_parser_type',
  'interval',
  'labels',
  'log_level',
  'lvm',
  'metric_batch_size',
  'metric_buffer_limit',
  'metricpass',
  'name_override',
  'name_prefix',
  'name_suffix',
  'namedrop',
  'namedrop_separator',
  'namepass',
  'namepass_separator',
  'order',
  'pass',
  'period',
  'precision',
  'startup_error_behavior',
  'tagdrop',
  'tagexclude',
  'taginclude',
  'tagpass',
  'tags',
]);
