/** The converter's options as compiled rules: which key goes where, and how timestamps are read. */
import { ConfigError } from '../../../config/diagnostics.ts';
import { compileGlobOption } from '../../../pipeline/glob-option.ts';
import { timestampReader, type TimestampReader } from './timestamp.ts';

/** Where a field goes; `measurement`, `tag` and `timestamp` take it out of the fields. */
export type Target = 'measurement' | 'tag' | 'float' | 'integer' | 'unsigned' | 'boolean' | 'string' | 'timestamp' | 'base64_ieee_float32';

export interface Rules {
  readonly tags: Table;
  readonly fields: Table;
}

export interface Table {
  /** Where a key goes, or undefined when it stays. */
  targetOf(key: string): Target | undefined;
  readonly readTimestamp: TimestampReader;
}

type TableOptions = { readonly timestamp_format: string } & { readonly [target in Target]?: readonly string[] };

/** The first that matches counts (telegraf.md §3.2). */
const TAG_ORDER: readonly Target[] = ['measurement', 'string', 'integer', 'unsigned', 'boolean', 'float', 'timestamp'];
const FIELD_ORDER: readonly Target[] = [
  'measurement',
  'tag',
  'float',
  'integer',
  'unsigned',
  'boolean',
  'string',
  'timestamp',
  'base64_ieee_float32',
];

/** Compiles the options. Throws `ConfigError` for a glob or a layout that can't be read, and when there is neither table. */
export function compileRules(options: { readonly tags?: TableOptions | undefined; readonly fields?: TableOptions | undefined }): Rules {
  if (options.tags === undefined && options.fields === undefined) {
    throw new ConfigError('no filters found: say under "tags" or "fields" what to convert');
  }
  return { tags: compileTable('tags', options.tags, TAG_ORDER), fields: compileTable('fields', options.fields, FIELD_ORDER) };
}

function compileTable(name: 'tags' | 'fields', options: TableOptions | undefined, order: readonly Target[]): Table {
  const format = options?.timestamp_format ?? 'unix';
  const readTimestamp = timestampReader(format);
  if (readTimestamp === undefined) {
    throw new ConfigError(`timestamp_format: "${format}" is neither unix, unix_ms, unix_us, unix_ns nor a Go layout`, [
      name,
      'timestamp_format',
    ]);
  }
  const matchers = order.map((target) => [target, compileGlobOption([name, target], options?.[target] ?? [])] as const);
  return { targetOf: (key) => matchers.find(([, matches]) => matches(key))?.[0], readTimestamp };
}
