import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { defineInput } from '../../../pipeline/plugin.ts';
import { hostFolders } from '../../shared/host-folders.ts';
import { MachineReader } from '../../shared/machine-reader.ts';
import { swapSpace, swapTraffic } from './swap-usage.ts';

/** As in Telegraf, two points: what there is now, and what was moved since boot. */
export const swap = defineInput({
  id: 'swap',
  summary: 'Reads how much swap space this machine has and uses, and what was swapped in and out (Linux).',
  schema: z.strictObject({}),
  example: `inputs:
  - swap: {}
`,
  sample: `swap free=0i,total=0i,used=0i,used_percent=0 1796063620000000000
swap in=0i,out=0i 1796063620000000000
`,
  create(_config, context) {
    const { proc } = hostFolders();
    return new MachineReader(context, async () => [
      { measurement: 'swap', type: 'gauge', tags: [], fields: swapSpace(await readFile(join(proc, 'meminfo'), 'utf8')) },
      { measurement: 'swap', type: 'counter', tags: [], fields: swapTraffic(await readFile(join(proc, 'vmstat'), 'utf8')) },
    ]);
  },
});
