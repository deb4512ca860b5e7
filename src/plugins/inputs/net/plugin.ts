import { defineInput } from '../../../pipeline/plugin.ts';
import { hostFolders } from '../../shared/host-folders.ts';
import { NetOptions } from './config.ts';
import { NetCounters } from './net-counters.ts';

/**
 * Telegraf's fields and kinds. Unlike Telegraf's, with HOST_PROC in a container it reads the host's network and not the
 * container's.
 */
export const net = defineInput({
  id: 'net',
  summary: "Reads the bytes, packets, errors and drops of this machine's network interfaces (Linux).",
  schema: NetOptions,
  example: `inputs:
  - net:
      interfaces: ["eth*", "enp*", lo]
`,
  sample: `net,host=kvm-0,interface=lo bytes_recv=66889467969u,bytes_sent=66889467969u,drop_in=0u,drop_out=0u,err_in=0u,err_out=0u,packets_recv=2215538u,packets_sent=2215538u,speed=-1i 1796070045000000000
net,host=kvm-0,interface=eth0 bytes_recv=2662177314u,bytes_sent=8711689u,drop_in=0u,drop_out=0u,err_in=0u,err_out=0u,packets_recv=106479u,packets_sent=77853u,speed=-1i 1796070045000000000
`,
  create: (config, context) => new NetCounters(config, context, hostFolders()),
});
