import { defineInput } from '../../../pipeline/plugin.ts';
import { hostFolders } from '../../shared/host-folders.ts';
import { MachineReader } from '../../shared/machine-reader.ts';
import { DiskOptions } from './config.ts';
import { DiskUsage } from './disk-usage.ts';

export const disk = defineInput({
  id: 'disk',
  summary: 'Reads how full the file systems of this machine are (Linux).',
  schema: DiskOptions,
  example: `inputs:
  - disk:
      ignore_fs: [tmpfs, devtmpfs, devfs, iso9660, overlay, aufs, squashfs]
`,
  sample: `disk,device=vda,fstype=ext4,mode=rw,path=/ free=80800391168i,inodes_free=16229208i,inodes_total=16777216i,inodes_used=548008i,inodes_used_percent=3.2663822174072266,total=270553174016i,used=16992903168i,used_percent=17.376348024042905 1796063760000000000
`,
  differences: [
    {
      verdict: 'better',
      why: 'A file system that does not answer (a dead NFS server) is passed over and said; Telegraf waits for it and reads no other.',
    },
  ],
  create(config, context) {
    const usage = new DiskUsage(config, context, hostFolders());
    return new MachineReader(context, () => usage.read());
  },
});
