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
  create: (config, context) => new NetCounters(config, context, hostFolders()),
});
