import { defineInput } from '../../../pipeline/plugin.ts';
import { TailOptions } from './config.ts';
import { Tailer } from './tailer.ts';

/**
 * Follows files through renaming and shortening. Lines are taken one by one, so a string with a line end in it is two bad lines;
 * the last line waits for its line end.
 */
export const tail = defineInput({
  id: 'tail',
  summary: 'Follows files that grow, through rotation, and goes on where it stopped.',
  schema: TailOptions,
  example: `inputs:
  - tail:
      files: ["/var/log/power/*.lp"]
      initial_read_offset: saved-or-beginning
`,
  sample: `psu,host=kvm-0,path=/var/log/power/a.lp,rack=r7 watts=412.5 1767225590000000000
`,
  differences: [
    {
      option: 'csv_header_row_count',
      verdict: 'better',
      why: 'The head of a csv file is read wherever reading begins (at the end, or where the last run stopped), and every file, also one that took the name of another, has its own; Telegraf takes the first line after a start for it (influxdata/telegraf#13317), and the head of a file that was cut short for data (#4711).',
    },
  ],
  create: (config, context) => new Tailer(config.from_beginning ? { ...config, initial_read_offset: 'beginning' } : config, context),
});
