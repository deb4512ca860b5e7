import { z } from 'zod';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { bindRules } from './apply-rules.ts';
import { compileNameRule, compileValueRule, takesOut } from './rules.ts';

const NO_EFFECT = { deprecated: true } as const;

const PATTERN = {
  pattern: z
    .string()
    .default('')
    .describe('A regular expression of Go (RE2), which matches anywhere in the text; `^` and `$` hold it at the ends.'),
  replacement: z
    .string()
    .default('')
    .describe(
      'What comes in the place of every match. `${1}` is the first group, `${name}` the one of that name (an environment variable of that name goes before), `$$$$` a dollar sign.',
    ),
};

const ValueRuleSchema = z.strictObject({
  key: z.string().default('').describe('The key (a glob) of the values to search. Needed.'),
  ...PATTERN,
  result_key: z
    .string()
    .default('')
    .describe(
      'The key of the result. Unset: the key that was searched. Unset like `replacement`, and all groups have names: each group that holds something becomes a value of its name.',
    ),
  append: z.boolean().default(false).describe('Of tags, to put the result behind what the tag has already.'),
});

const NameRuleSchema = z.strictObject({
  ...PATTERN,
  result_key: z
    .enum(['keep', 'overwrite', ''])
    .default('keep')
    .describe('What happens where the new name is taken: `keep` leaves both as they are, `overwrite` replaces what has it.'),
  key: ValueRuleSchema.shape.key.meta(NO_EFFECT),
  append: ValueRuleSchema.shape.append.meta(NO_EFFECT),
});

const MetricRuleSchema = NameRuleSchema.extend({ result_key: z.string().default('').meta(NO_EFFECT) });

export const regex = defineProcessor({
  id: 'regex',
  summary: 'Changes tags, texts in fields, and names by regular expressions. The sections are done in the order of the table.',
  schema: z.strictObject({
    tags: z.array(ValueRuleSchema).default([]).describe('Rules for the values of tags, one after the other.'),
    fields: z.array(ValueRuleSchema).default([]).describe('Rules for fields that hold a text.'),
    tag_rename: z.array(NameRuleSchema).default([]).describe('Rules for the keys of tags.'),
    field_rename: z.array(NameRuleSchema).default([]).describe('Rules for the keys of fields.'),
    metric_rename: z.array(MetricRuleSchema).default([]).describe('Rules for the name of the measurement.'),
  }),
  example: `processors:
  - regex:
      tags:
        - { key: exe, pattern: "^(qemu)-.*$", replacement: "\${1}" }
      fields:
        - { key: version, pattern: '^v(?P<major>\\d+)\\.(?P<minor>\\d+)' }
      metric_rename:
        - { pattern: ^powerstat_, replacement: power_ }
`,
  sample: `powerstat_vm,exe=qemu-system-x86 version="v1.40",watts=12.5 1767225590000000000
`,
  differences: [
    { verdict: 'better', why: 'A name that would become empty stays; Telegraf loses the field, the tag or the whole metric.' },
    {
      option: 'tag_rename[].result_key',
      verdict: 'better',
      why: 'With `overwrite` a name that is replaced by itself stays; Telegraf removes it.',
    },
    { verdict: 'different', why: 'Two groups of one name in a pattern are an error.' },
  ],
  create(config, context) {
    const values = (section: 'tags' | 'fields') =>
      config[section].map((options, index) => {
        const rule = compileValueRule(section, options, index);
        if (takesOut(rule, options)) {
          context.log.warn(
            `${section}[${index}]: neither result_key nor replacement is set, and not all groups have names: matches are taken out`,
          );
        }
        return rule;
      });
    const names = (section: 'tag_rename' | 'field_rename' | 'metric_rename') =>
      config[section].map((options, index) => compileNameRule(section, options, index));
    const rules = {
      tags: values('tags'),
      fields: values('fields'),
      tagRename: names('tag_rename'),
      fieldRename: names('field_rename'),
      metricRename: names('metric_rename'),
    };
    return { bind: (shape) => bindRules(shape, rules, context) };
  },
});
