import { defineInput } from '../../../pipeline/plugin.ts';
import { hostFolders } from '../../shared/host-folders.ts';
import { MachineReader } from '../../shared/machine-reader.ts';
import { SystemOptions } from './config.ts';
import { SystemReader } from './system-reader.ts';

export const system = defineInput({
  id: 'system',
  summary: 'Reads load, uptime, number of processors and users of this machine, and on request which system and hardware it is (Linux).',
  schema: SystemOptions,
  example: `inputs:
  - system:
      include: [load, uptime]
`,
  sample: `system load1=4.78,load15=2.87,load5=5.58,uptime=874i 1796062601000000000
`,
  differences: [
    { verdict: 'better', why: 'What can not be read is said, and the rest comes all the same.' },
    { verdict: 'better', why: 'HOST_PROC counts for load and uptime too, so that a container can tell of its host.' },
  ],
  create(config, context) {
    const reader = new SystemReader(config, context, hostFolders());
    return new MachineReader(context, () => reader.read());
  },
});
