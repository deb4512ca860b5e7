import { z } from 'zod';
import { duration, size } from '../../../config/options.ts';
import { defineOutput } from '../../../pipeline/plugin.ts';
import { influxOptions, lineWriterOptions } from '../../shared/influx-options.ts';
import { compressor } from './compression.ts';
import { FileTarget } from './file-target.ts';
import { FileOutput } from './output.ts';
import { stdoutTarget } from './stdout-target.ts';

const FORMATS = ['influx'] as const;

export const file = defineOutput({
  id: 'file',
  summary: 'Appends line protocol to files or to the standard output.',
  schema: z.strictObject({
    files: z.array(z.string().min(1)).min(1).default(['stdout']).describe('Files to append to; `stdout` is the standard output.'),
    data_format: z
      .enum(FORMATS, {
        error: ({ input }) => `data_format ${JSON.stringify(input)} is not supported here; supported: ${FORMATS.join(', ')}`,
      })
      .default('influx')
      .describe('How metrics are written: `influx` is line protocol.'),
    use_batch_format: z.boolean().default(false).describe("Taken for Telegraf's sake; line protocol is the same either way."),
    rotation_interval: duration().prefault('0s').describe('Start a new file when the old one is this old; 0: never.'),
    rotation_max_size: size().prefault(0).describe('Start a new file when the old one has this size; 0: never.'),
    rotation_max_archives: z.int().min(-1).default(5).describe('How many old files to keep; -1 keeps all.'),
    compression_algorithm: z
      .enum(['', 'gzip', 'zstd'])
      .default('')
      .describe('Compress; each write is a whole gzip member or zstd frame, so that a file always ends well.'),
    compression_level: z.int().min(-1).max(22).default(-1).describe('Level of the algorithm; -1 is its default.'),
    ...influxOptions,
  }),
  toLines: ({ body }) => body,
  example: `outputs:
  - file:
      files: [stdout, metrics.lp]
`,
  sample: `net,host=kvm-0,interface=eno1 bytes_recv=1000u 1767225590000000000
`,
  create(config, context) {
    const rotation = {
      intervalMs: config.rotation_interval,
      maxBytes: config.rotation_max_size,
      maxArchives: config.rotation_max_archives,
    };
    const targets = config.files.map((path) => (path === 'stdout' ? stdoutTarget : new FileTarget(path, context, rotation)));
    return new FileOutput(context, targets, compressor(config.compression_algorithm, config.compression_level), lineWriterOptions(config));
  },
});
