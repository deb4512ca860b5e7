import { z } from 'zod';
import { valueTree } from '../../../config/options.ts';

/** The options of a plugin that runs a Starlark script: Telegraf's, and a bound. */
export const starlarkOptions = {
  source: z.string().default('').describe('The script itself. Either this or `script`.'),
  script: z.string().default('').describe('A file with the script, read once, at the start.'),
  constants: z
    .record(z.string(), valueTree())
    .default({})
    .describe(
      'Names that the script knows, with their values: texts, numbers (2.0 is a float, 2 an integer), true and false, lists and maps.',
    ),
  max_steps: z
    .int()
    .positive()
    .default(1_000_000)
    .describe(
      'How long one call of a function may take, in steps: turns of loops, calls, elements copied. A script that goes on is stopped, which is an error.',
    ),
};

export type StarlarkOptions = z.output<z.ZodObject<typeof starlarkOptions>>;

/** Where the plugins differ from Telegraf's, for their pages. */
export const starlarkDifferences = [
  {
    option: 'max_steps',
    verdict: 'better',
    why: 'A loop without end, or a text that grows without end, is stopped and counted; Telegraf hangs, or fills the memory.',
  },
  {
    verdict: 'different',
    why: '`len(metric.fields)` and `len(metric.tags)` are numbers, where Telegraf drops the metric with an error; `for k in metric.fields` goes in the order on the wire, or, where an earlier plugin changed a field, by name.',
  },
  {
    verdict: 'missing',
    why: 'What a script keeps in `state` is lost at the end of the process, as in Telegraf without a `statefile` (which keeps it at a clean end, not at a crash): a script that holds metrics back there loses them. The open window of an aggregator with `drop_original` outlives a crash: its metrics are added again.',
  },
] as const;
