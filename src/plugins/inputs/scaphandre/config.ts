import { z } from 'zod';
import { duration, size } from '../../../config/options.ts';

/** Where a VM's share of the host's energy is seen: in the VM, and for all VMs on their host (`scaphandre qemu`). */
const GUEST_SHARE = '/var/scaphandre';
const HOST_SHARES = '/var/lib/libvirt/scaphandre';

/** All that names a process but its id, which is another one after every restart. */
const PROCESS_TAGS = [
  'exe',
  'cmdline',
  'vmname',
  'container_id',
  'container_names',
  'container_scheduler',
  'kubernetes_pod_name',
  'kubernetes_pod_namespace',
];

const ServiceRule = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .optional()
      .describe('What to call it. Unset: each unit, container, VM or executable that matches is a service of that name.'),
    exe: z.string().min(1).optional().describe('Glob on the executable: its path, or without a slash its last part (`nginx`).'),
    cmdline: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Regular expression on the command line. Scaphandre glues the arguments together without spaces between them. It sees the first 16384 characters.',
      ),
    container: z.string().min(1).optional().describe("Glob on the container's name or id (Scaphandre with `--containers`)."),
    unit: z
      .string()
      .min(1)
      .optional()
      .describe("Glob on the systemd unit, from this machine's /proc: only where Scaphandre runs on this machine."),
    vm: z.string().min(1).optional().describe("Glob on the VM's name (Scaphandre with `--qemu`, on the host)."),
  })
  .superRefine(({ name, exe, cmdline, container, unit, vm }, context) => {
    const hasOwnName = (exe ?? container ?? unit ?? vm) !== undefined;
    if (!hasOwnName && (name === undefined || cmdline === undefined)) {
      complain(context, 'a service needs exe, container, unit or vm; or a name and a cmdline');
    }
    if (cmdline !== undefined && !isRegex(cmdline)) complain(context, `"${cmdline}" is no regular expression`);
  });
export type ServiceRule = z.output<typeof ServiceRule>;

export const ScaphandreOptions = z.strictObject({
  urls: z
    .array(z.string())
    .default([])
    .describe('Scaphandres to scrape: hosts or VMs, `http://host:8080`; `/metrics` is added where there is no path.'),
  shares: z
    .array(z.string())
    .default([])
    .describe(
      `Folders that \`scaphandre qemu\` writes, read without a Scaphandre in between: \`${GUEST_SHARE}\` in a VM, \`${HOST_SHARES}\` for all VMs on their host.`,
    ),
  files: z
    .array(z.string())
    .default([])
    .describe('Files that `scaphandre json -f FILE` writes, followed as they grow. They hold power only, and one socket at the most.'),
  timeout: duration().prefault('4s').describe('Time that a scrape may take; 0s: any.'),
  max_body_size: size().prefault('64MiB').describe('Largest answer that is read.'),
  guest: z
    .enum(['auto', 'always', 'never'])
    .default('auto')
    .describe(
      "Whether the URLs are Scaphandres in VMs (`--vm`), whose counter is the VM's share of its host. `auto` tells by the counters' own text.",
    ),
  guest_scale: z
    .number()
    .positive()
    .default(5)
    .describe(
      'Times what a share says. Up to Scaphandre 1.0.3 the host adds one second of power every five (issue #428); 1 once yours is right.',
    ),
  frozen_after: duration().prefault('30s').describe('A counter that has not moved for so long is frozen, and nothing of it counts.'),
  process_tags: z
    .array(z.string())
    .default(PROCESS_TAGS)
    .describe(
      'Labels that tell processes apart in `scaph_process`; those that are the same in all of them are added up. Empty: none is told.',
    ),
  max_processes: z
    .int()
    .positive()
    .default(1000)
    .describe('Most of them for each URL; the rest, those that take least, are told as one with the exe `(other)`.'),
  services: z.array(ServiceRule).default([]).describe('Programs to add up over all their process ids, as `scaph_service`.'),
});
export type ScaphandreConfig = z.output<typeof ScaphandreOptions>;

function complain(context: z.RefinementCtx, message: string): void {
  context.addIssue({ code: 'custom', message });
}

function isRegex(text: string): boolean {
  try {
    RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}
