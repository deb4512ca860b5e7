import { ConfigError } from '../../../config/diagnostics.ts';
import { defineInput } from '../../../pipeline/plugin.ts';
import { ReplayOptions } from './config.ts';
import { Player } from './player.ts';

/** Wattbridge's own: Telegraf has no such plugin. Mark what it plays by a tag (`tags: { source_kind: recorded }`). */
export const replay = defineInput({
  id: 'replay',
  summary: 'Plays a recording in line protocol at its own pace or faster, moved to now if asked.',
  schema: ReplayOptions,
  example: `inputs:
  - replay:
      file: recordings/kvm-0.lp
      move: start_now
      loop: true
      tags: { source_kind: recorded }
`,
  sample: `powerstat_package,host=kvm-0,package_id=0,source_kind=recorded current_power_consumption_watts=50.86 1796070070000000000
`,
  create(config, context) {
    if (config.loop && config.speed === 0) throw new ConfigError('a loop as fast as possible never rests; give it a speed', ['speed']);
    return new Player(config, context);
  },
});
