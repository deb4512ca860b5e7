import { defineInput } from '../../../pipeline/plugin.ts';
import { hostFolders } from '../../shared/host-folders.ts';
import { MachineReader } from '../../shared/machine-reader.ts';
import { DiskioOptions } from './config.ts';
import { DiskIo } from './disk-io.ts';

/** From the second reading on there is also what went on in between; as in Telegraf, `--once` has only the counters. */
export const diskio = defineInput({
  id: 'diskio',
  summary: 'Reads what goes to and from the block devices of this machine (Linux).',
  schema: DiskioOptions,
  example: `inputs:
  - diskio:
      devices: ["sd?", "nvme*n1"]
`,
  sample: `diskio,name=vda io_time=88272i,iops_in_progress=0i,merged_reads=6420i,merged_writes=204761i,read_bytes=930890752i,read_time=5473i,reads=35722i,weighted_io_time=329833i,write_bytes=37175971840i,write_time=274163i,writes=359022i 1796063760000000000
`,
  create(config, context) {
    const io = new DiskIo(config, context, hostFolders());
    return new MachineReader(context, () => io.read());
  },
});
