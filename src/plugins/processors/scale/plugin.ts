import { z } from 'zod';
import { ConfigError } from '../../../config/diagnostics.ts';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { bindScalings } from './scale-shape.ts';
import { compileScaling, repeatedFields } from './scaling.ts';

const ScalingSchema = z.strictObject({
  fields: z
    .array(z.string())
    .default([])
    .describe('Keys (globs) of the fields to scale: numbers, booleans (1 and 0), and texts that are numbers.'),
  factor: z.number().optional().describe('What the value is multiplied by. 1 where only `offset` is set.'),
  offset: z.number().optional().describe('What is then added. 0 where only `factor` is set.'),
  input_minimum: z.number().optional().describe('In place of factor and offset: a value that becomes `output_minimum`.'),
  input_maximum: z.number().optional().describe('A value that becomes `output_maximum`. Values outside of the two go on along the line.'),
  output_minimum: z.number().optional().describe('What `input_minimum` becomes.'),
  output_maximum: z.number().optional().describe('What `input_maximum` becomes.'),
});

export const scale = defineProcessor({
  id: 'scale',
  summary: 'Scales numbers: by a factor and an offset, or from one range to another.',
  schema: z.strictObject({
    scaling: z
      .array(ScalingSchema)
      .default([])
      .describe('Scalings, all done in order: a field that several match is scaled by each. The results are floats.'),
  }),
  example: `processors:
  - scale:
      scaling:
        - { fields: [energy_uj], factor: 0.000001 }
        - { fields: [temp*], input_minimum: 0, input_maximum: 255, output_minimum: -40, output_maximum: 215 }
`,
  sample: `sensor,host=kvm-0 energy_uj=38112000i,temp=127.5 1767225590000000000
`,
  differences: [
    { verdict: 'better', why: 'A whole number (`factor = 10`) is as good as a float (`factor = 10.0`); Telegraf refuses to start.' },
    { option: 'scaling[].fields', verdict: 'better', why: 'A scaling without fields is an error; Telegraf crashes at the first metric.' },
  ],
  create(config, context) {
    if (config.scaling.length === 0) throw new ConfigError('no valid scaling defined: say under "scaling" what to scale');
    for (const field of repeatedFields(config.scaling)) {
      context.log.warn(`Filter field ${JSON.stringify(field)} used twice in scalings: what it matches is scaled by each of them`);
    }
    const scalings = config.scaling.map(compileScaling);
    return { bind: (shape) => bindScalings(shape, scalings, context) };
  },
});
