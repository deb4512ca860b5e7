import { z } from 'zod';
import type { LineWriterOptions } from '../../formats/line-protocol/write.ts';

/** Telegraf's options of the data format `influx`, for the schema of whatever writes line protocol. */
export const influxOptions = {
  influx_max_line_bytes: z.int().nonnegative().default(0).describe('Break metrics up into lines no longer than this; 0: never.'),
  influx_sort_fields: z.boolean().default(false).describe('Write fields sorted by name.'),
  influx_uint_support: z
    .boolean()
    .default(false)
    .describe('Write unsigned integers as such; otherwise as integers, cut off at their largest value.'),
  influx_omit_timestamp: z.boolean().default(false).describe('Leave times out.'),
};

type InfluxOptions = { readonly [name in keyof typeof influxOptions]: z.output<(typeof influxOptions)[name]> };

/** The same for `LineWriter`. */
export function lineWriterOptions(options: InfluxOptions): LineWriterOptions {
  return {
    maxLineBytes: options.influx_max_line_bytes,
    sortFields: options.influx_sort_fields,
    uintSupport: options.influx_uint_support,
    omitTimestamp: options.influx_omit_timestamp,
  };
}
