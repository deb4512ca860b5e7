import { z } from 'zod';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { bindRules, type Rule } from './convert-shape.ts';
import { OPERATIONS, type OperationName, type OperationOptions } from './operations.ts';

const TARGETS = {
  measurement: z.string().default('').describe('The measurement of this name; `*`: every one.'),
  tag: z.string().default('').describe('The value of this tag; `*`: of every one.'),
  tag_key: z.string().default('').describe('The key of this tag; `*`: of every one.'),
  field: z.string().default('').describe('The text in this field; `*`: in every one.'),
  field_key: z.string().default('').describe('The key of this field; `*`: of every one.'),
  dest: z.string().default('').describe('The tag or field that gets the result of `tag` or `field`. Unset, and with `*`: the same one.'),
};

const OWN = {
  cutset: z.string().default('').describe('The characters to take off. Unset: white space.'),
  prefix: z.string().default('').describe('What to take off at the beginning, once.'),
  suffix: z.string().default('').describe('What to take off at the end, once.'),
  old: z.string().default('').describe('What to replace, everywhere.'),
  new: z.string().default('').describe('What comes in its place. Where nothing would be left, nothing is done.'),
  width: z
    .int()
    .nonnegative()
    .default(0)
    .describe('How many bytes to keep. A character that is cut in two can be mended with `valid_utf8`.'),
  replacement: z.string().default('').describe('What comes in the place of each run of bytes that are no UTF-8.'),
} satisfies { [option in keyof OperationOptions]: z.ZodType };

/** Rules with these options of their own. Telegraf takes all options everywhere: where they mean nothing they are taken too, and kept out of the documentation. */
function rules(description: string, ...own: (keyof typeof OWN)[]) {
  const named = Object.entries(OWN).map(([name, option]) => [
    name,
    own.some((one) => one === name) ? option : option.meta({ deprecated: true }),
  ]);
  const options = Object.fromEntries(named) as typeof OWN;
  return z
    .array(z.strictObject({ ...TARGETS, ...options }))
    .default([])
    .describe(description);
}

const schema = z.strictObject({
  lowercase: rules('Makes small letters, one for one: nothing but case changes.'),
  uppercase: rules('Makes capital letters, one for one: `ß` stays.'),
  titlecase: rules('Makes a capital of the first letter of each word, and leaves the others: `ßa` becomes `Ssa`.'),
  trim: rules('Takes characters off at both ends.', 'cutset'),
  trim_left: rules('Takes characters off at the beginning.', 'cutset'),
  trim_right: rules('Takes characters off at the end.', 'cutset'),
  trim_prefix: rules('Takes a text off at the beginning.', 'prefix'),
  trim_suffix: rules('Takes a text off at the end.', 'suffix'),
  replace: rules('Replaces a text by another.', 'old', 'new'),
  left: rules('Keeps the first bytes.', 'width'),
  base64decode: rules('Decodes base64 (with padding); what is none, or no UTF-8 inside, stays.'),
  valid_utf8: rules('Replaces bytes that are no UTF-8.', 'replacement'),
});

export const strings = defineProcessor({
  id: 'strings',
  summary:
    'Changes texts: letter case, ends, parts, encodings; in names, tags and fields. The operations are done in the order of the table.',
  schema,
  example: `processors:
  - strings:
      lowercase:
        - tag_key: "*"
      trim_prefix:
        - { measurement: "*", prefix: scaph_ }
      replace:
        - { field: unit, old: µ, new: u }
      left:
        - { tag: cmdline, dest: program, width: 9 }
`,
  sample: `scaph_process,Host=kvm-0,cmdline=/usr/bin/qemu unit="µW",value=5i 1767225590000000000
`,
  differences: [
    { verdict: 'better', why: 'A measurement that would become empty keeps its name, as keys do; Telegraf loses its points.' },
    {
      verdict: 'better',
      why: 'Where several keys change at once (`*`), none is taken for the new name of another; Telegraf may lose one of them.',
    },
    { option: 'left[].width', verdict: 'better', why: 'A negative width is an error; Telegraf crashes at the first point.' },
    { verdict: 'different', why: 'Letter case leaves bytes that are no UTF-8 as they are; Telegraf makes U+FFFD of them.' },
  ],
  create(config, { interner }) {
    const all = (Object.keys(OPERATIONS) as OperationName[]).flatMap((name) =>
      config[name].map((rule): Rule => ({ targets: rule, operation: OPERATIONS[name](rule) })),
    );
    return { bind: (shape) => bindRules(shape, all, interner) };
  },
});
