import { z } from 'zod';
import { defineInput } from '../../../pipeline/plugin.ts';
import { fieldsOf, intField } from '../../shared/fields.ts';
import { hostFolders } from '../../shared/host-folders.ts';
import { MachineReader } from '../../shared/machine-reader.ts';
import { countProcesses } from './process-states.ts';

export const processes = defineInput({
  id: 'processes',
  summary: 'Counts the processes of this machine by what they are doing (Linux).',
  schema: z.strictObject({
    use_sudo: z.boolean().default(false).describe("Taken for Telegraf's sake: on Linux nobody is asked but `/proc`."),
  }),
  example: `inputs:
  - processes: {}
`,
  sample: `processes blocked=0i,dead=0i,idle=42i,paging=0i,running=2i,sleeping=63i,stopped=0i,total=107i,total_threads=254i,unknown=0i,zombies=0i 1796062601000000000
`,
  differences: [
    { verdict: 'better', why: '`parked` counts the parked processes, where Telegraf says 1 whenever there is any.' },
    { verdict: 'better', why: '`unknown` counts the processes in a state that has no name, which Telegraf only logs.' },
  ],
  create(_config, context) {
    const { proc } = hostFolders();
    return new MachineReader(context, async () => [
      { measurement: 'processes', type: 'gauge', tags: [], fields: fieldsOf(intField, await countProcesses(proc)) },
    ]);
  },
});
