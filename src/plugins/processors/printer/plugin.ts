import { z } from 'zod';
import { LineWriter } from '../../../formats/line-protocol/write.ts';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { terminal } from '../../../telemetry/terminal.ts';
import { influxOptions, lineWriterOptions } from '../../shared/influx-options.ts';
import { printLines } from '../../shared/print-lines.ts';

export const printer = defineProcessor({
  id: 'printer',
  summary: 'Prints metrics as line protocol to the standard output, and lets them pass.',
  schema: z.strictObject(influxOptions),
  example: `processors:
  - printer:
      namepass: [cpu]
      influx_sort_fields: true
`,
  sample: {
    of: '`cpu,cpu=cpu0,host=kvm-0 usage_user=1.25,usage_idle=98.5` and a metric of another name',
    gave: `cpu,cpu=cpu0,host=kvm-0 usage_idle=98.5,usage_user=1.25 1796076505000000000
`,
  },
  differences: [
    { verdict: 'better', why: 'On a terminal, control characters are shown as escapes: tags hold the command lines of other people.' },
    { option: 'influx_sort_fields', verdict: 'different', why: 'Sorts what is printed; in Telegraf, the metric itself.' },
  ],
  create(config, { interner }) {
    const writer = new LineWriter(interner, lineWriterOptions(config));
    return {
      bind: () => (point, out) => {
        // At once, as Telegraf does: what comes after it may print as well.
        if (writer.append(point)) printLines(writer.take(), terminal);
        out.push(point);
      },
    };
  },
});
