import { z } from 'zod';
import { defineAggregator, type PluginContext } from '../../../pipeline/plugin.ts';
import { NumberWindows } from '../../shared/number-windows.ts';
import { SuffixedNames } from '../../shared/suffixed-names.ts';
import { quantileSuffix, QuantileSummary, type Distribution } from './distribution.ts';
import { Budget, ExactDistribution, positionR7, positionR8 } from './exact.ts';
import { TDigest } from './t-digest.ts';

/** Numbers that an exact algorithm keeps in one window: 64 MB. */
const MAX_VALUES = 8_000_000;

const DEFAULT_QUANTILES = [0.25, 0.5, 0.75];

/** What is wrong with a quantile, in Telegraf's words. */
function quantileError(q: number, isRepeated: boolean): string | undefined {
  if (q < 0 || q > 1) return `quantile ${q} out of range; it is a fraction from 0 to 1`;
  return isRepeated ? `duplicate quantile ${q}; leave it out` : undefined;
}

const Options = z.strictObject({
  quantiles: z
    .array(z.number())
    .default(DEFAULT_QUANTILES)
    .superRefine((quantiles, context) => {
      for (const [index, q] of quantiles.entries()) {
        const message = quantileError(q, quantiles.indexOf(q) !== index);
        if (message !== undefined) context.addIssue({ code: 'custom', path: [index], message });
      }
    })
    .describe(
      'Which, from 0 to 1. Their fields are called after the percent, cut off after the point: `_050`, and `_099` for 0.99 as for 0.999, of which the last counts.',
    ),
  algorithm: z
    .enum(['t-digest', 'exact R7', 'exact R8'])
    .default('t-digest')
    .describe(
      "`t-digest` is an approximation that takes little memory; `exact R7` and `exact R8` keep every value (Hyndman and Fan's definitions).",
    ),
  compression: z
    .number()
    .min(1)
    .default(100)
    .describe('Of `t-digest`: how exact it is, at the price of memory and time. With 100, up to some 200 values are kept as they are.'),
});

export const quantile = defineAggregator({
  id: 'quantile',
  summary: 'Quantiles (median, percentiles) of every numeric field in each period.',
  schema: Options,
  example: `aggregators:
  - quantile:
      period: 30s
      drop_original: true
      quantiles: [0.5, 0.95]
`,
  sample: `ping,url=a ms=12 1767225600000000000
ping,url=a ms=15 1767225610000000000
ping,url=a ms=90 1767225620000000000
`,
  differences: [
    {
      option: 'algorithm',
      verdict: 'better',
      why: 'An exact quantile of 1.0, or of a single value, is the largest value; Telegraf crashes.',
    },
    {
      verdict: 'better',
      why: 'Values of a field that the first metric of its series had not are left out as in Telegraf, and counted as `late_field`; NaN is left out and counted.',
    },
  ],
  create({ quantiles, algorithm, compression }, context) {
    const chosen = quantiles.length === 0 ? DEFAULT_QUANTILES : quantiles;
    const names = new SuffixedNames(chosen.map(quantileSuffix));
    const budget = budgetFor(context);
    const createDistribution: Record<typeof algorithm, () => Distribution> = {
      't-digest': () => new TDigest(compression),
      'exact R7': () => new ExactDistribution(positionR7, budget),
      'exact R8': () => new ExactDistribution(positionR8, budget),
    };
    return new NumberWindows(context, {
      create: () => new QuantileSummary(createDistribution[algorithm](), chosen, names),
      takesLateFields: false,
      onEnd: () => budget.renew(),
    });
  },
});

function budgetFor(context: PluginContext): Budget {
  return new Budget(MAX_VALUES, () => {
    context.drop('too_many_values');
    context.log.warn('no room for another value in this period, which is left out; use algorithm: t-digest, or a shorter period', {
      values: MAX_VALUES,
    });
  });
}
