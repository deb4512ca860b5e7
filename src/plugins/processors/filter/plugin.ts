import { z } from 'zod';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { compileRule } from './rule.ts';

const ACTIONS = ['pass', 'drop'] as const;

const action = (name: string) => z.enum(ACTIONS, { error: ({ input }) => `invalid ${name} ${JSON.stringify(input)}; it is pass or drop` });

const Rule = z.strictObject({
  name: z.array(z.string()).default([]).describe('Measurement names (globs), one of which must match.'),
  tags: z
    .record(z.string(), z.array(z.string()).min(1))
    .default({})
    .describe('By key, values (globs): every tag must be there, with a value that one of them matches.'),
  fields: z.array(z.string()).default([]).describe('Field keys (globs): one field must be there that one of them matches.'),
  action: action('action').default('drop').describe('What becomes of the metrics that fit: `pass` or `drop`.'),
});

export const filter = defineProcessor({
  id: 'filter',
  summary: 'Drops metrics, or lets them pass, by rules over names, tags and fields.',
  schema: z.strictObject({
    default: action('default action').default('pass').describe('What becomes of metrics that fit no rule: `pass` or `drop`.'),
    rule: z
      .array(Rule)
      .default([])
      .describe(
        'Rules in order, of which the first that fits decides. A rule fits when all that it asks for does; one that asks for nothing always fits.',
      ),
  }),
  example: `processors:
  - filter:
      default: drop
      rule:
        - { name: [cpu], tags: { cpu: [cpu-total] }, action: pass }
        - { fields: ["*_watts"], action: pass }
`,
  sample: `cpu,cpu=cpu0,host=kvm-0 usage_idle=97.4 1767225590000000000
cpu,cpu=cpu-total,host=kvm-0 usage_idle=97.4 1767225590000000000
powerstat_package,host=kvm-0,package_id=0 current_power_consumption_watts=41.2 1767225590000000000
`,
  differences: [{ option: 'rule[].tags', verdict: 'better', why: 'A tag without values is an error at load.' }],
  create(config, { log }) {
    const rules = config.rule.map(compileRule);
    if (rules.length === 0) log.warn(`no rules set, ${config.default === 'drop' ? 'dropping' : 'passing'} all metrics`);
    return { bind: (shape) => rules.find(({ fits }) => fits(shape))?.action ?? config.default };
  },
});
