import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../config/package-root.ts';
import { ExitCode, type Finish } from './exit-code.ts';
import { live } from './life.ts';
import { loadPipeline } from './load.ts';
import { print } from './print.ts';
import { findPowerSensors, type PowerSensors } from './sensors.ts';
import { configuredLogger, createServices } from './services.ts';

const EXAMPLES = `
Example:
  wattbridge start      then push to http://127.0.0.1:8186 from any Telegraf; Ctrl-C ends it`;

/** `wattbridge start`: what a newcomer sees first. Needs no server and writes nothing. */
export function startCommand(finish: Finish): Command {
  return new Command('start')
    .description('a first look: a live table, no server needed')
    .addHelpText('after', EXAMPLES)
    .action(async () => finish(await start()));
}

async function start(): Promise<ExitCode> {
  const root = packageRoot();
  const loaded = await loadPipeline([join(root, 'pipelines', 'start.yaml')], {});
  if (loaded === undefined) return ExitCode.badConfig;
  print(`${sensorsText(await findPowerSensors())} Playing a recorded hypervisor, kvm-0.`);
  // Below a table, the log has only what somebody should do something about.
  const logger = configuredLogger(loaded.config.agent, 'warn');
  return live({ config: loaded.config, services: createServices(loaded, logger, root), mode: { kind: 'run' }, saysSummary: true });
}

function sensorsText({ readable, forbidden }: PowerSensors): string {
  if (readable.length > 0) {
    return `This machine has power sensors (${readable.join(', ')}); a Telegraf with inputs.intel_powerstat can push them here.`;
  }
  if (forbidden.length > 0) return `This machine has power sensors (${forbidden.join(', ')}), but only root may read them.`;
  return 'This machine has no power sensors that can be read (nothing in /sys/class/powercap).';
}
