import { defineInput } from '../../../pipeline/plugin.ts';
import { FileOptions } from './config.ts';
import { FileReader } from './file-reader.ts';

/** Unlike Telegraf, which loses a whole file for one bad line, this loses the bad line alone. */
export const file = defineInput({
  id: 'file',
  summary: 'Reads whole files at every interval, for recordings and for what other programs rewrite.',
  schema: FileOptions,
  example: `inputs:
  - file:
      files: ["recordings/*.lp"]
      data_format: influx
`,
  sample: `powerstat_package,host=kvm-0,package_id=0 current_power_consumption_watts=50.86 1795362160000000000
powerstat_package,host=kvm-0,package_id=0 current_dram_power_consumption_watts=6.36 1795362160000000000
`,
  create: (config, context) => new FileReader(config, context),
});
