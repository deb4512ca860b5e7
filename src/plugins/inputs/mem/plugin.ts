import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { defineInput } from '../../../pipeline/plugin.ts';
import { hostFolders } from '../../shared/host-folders.ts';
import { MachineReader } from '../../shared/machine-reader.ts';
import { memoryFields } from './memory.ts';

export const mem = defineInput({
  id: 'mem',
  summary: 'Reads how the memory of this machine is used (Linux).',
  schema: z.strictObject({
    collect_extended: z
      .boolean()
      .default(false)
      .describe('Also `active_file`, `inactive_file`, `active_anon`, `inactive_anon`, `unevictable` and `percpu`.'),
  }),
  example: `inputs:
  - mem: {}
`,
  sample: `mem active=1623359488i,available=20851826688i,available_percent=82.49487969822832,buffered=261890048i,cached=6206529536i,commit_limit=12638253056i,committed_as=5689659392i,dirty=195690496i,free=14731816960i,high_free=0i,high_total=0i,huge_page_size=2097152i,huge_pages_free=0i,huge_pages_total=0i,inactive=8170688512i,low_free=0i,low_total=0i,mapped=166055936i,page_tables=75374592i,shared=9068544i,slab=541454336i,sreclaimable=482684928i,sunreclaim=58769408i,swap_cached=0i,swap_free=0i,swap_total=0i,total=25276510208i,used=4424683520i,used_percent=17.505120301771683,vmalloc_chunk=0i,vmalloc_total=35184372087808i,vmalloc_used=11800576i,write_back=20480i,write_back_tmp=0i 1796063620000000000
`,
  create(config, context) {
    const file = join(hostFolders().proc, 'meminfo');
    return new MachineReader(context, async () => [
      { measurement: 'mem', type: 'gauge', tags: [], fields: memoryFields(await readFile(file, 'utf8'), config.collect_extended) },
    ]);
  },
});
