import { defineInput } from '../../../pipeline/plugin.ts';
import { ScaphandreOptions } from './config.ts';
import { Scaphandre } from './scaphandre.ts';

export const scaphandre = defineInput({
  id: 'scaphandre',
  summary: 'Reads the power of hosts, VMs, services and processes from Scaphandre, and the shares that it exports to VMs.',
  schema: ScaphandreOptions,
  example: `inputs:
  - scaphandre:
      interval: 5s
      urls: ["http://127.0.0.1:8080/metrics"]
      services:
        - { name: web, exe: nginx }
        - { name: wiki, cmdline: "java.*xwiki" }
        - { unit: "*.service" }
`,
  create: (config, context) => new Scaphandre(config, context),
});
