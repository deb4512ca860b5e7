import { z } from 'zod';
import { defineInput } from '../../../pipeline/plugin.ts';
import { hostFolders } from '../../shared/host-folders.ts';
import { MachineReader } from '../../shared/machine-reader.ts';
import { KernelReader } from './kernel-reader.ts';

export const kernel = defineInput({
  id: 'kernel',
  summary:
    'Reads what the kernel counts since boot: interrupts, context switches, forks, and on request memory merging and pressure (Linux).',
  schema: z.strictObject({
    collect: z
      .array(z.enum(['ksm', 'psi']))
      .default([])
      .describe(
        'What to read besides: `ksm` is kernel same-page merging, `psi` pressure stall information, in the measurement `pressure`.',
      ),
  }),
  example: `inputs:
  - kernel:
      collect: [psi]
`,
  sample: `kernel boot_time=1796061728i,context_switches=8508114i,entropy_avail=256i,interrupts=4004163i,processes_forked=46428i 1796063620000000000
pressure,resource=io,type=full total=39750879i 1796063620000000000
pressure,resource=io,type=full avg10=0,avg300=0.2,avg60=0.12 1796063620000000000
`,
  differences: [
    {
      verdict: 'better',
      why: 'What can not be read (no `entropy_avail`, no `/proc/pressure`) is said, and the rest comes all the same; Telegraf gives nothing.',
    },
    { verdict: 'better', why: 'HOST_PROC and HOST_SYS count here too.' },
  ],
  create(config, context) {
    const reader = new KernelReader(config.collect, context, hostFolders());
    return new MachineReader(context, () => reader.read());
  },
});
