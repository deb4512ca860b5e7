import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../config/package-root.ts';
import { FORBIDDEN, waysToRead } from '../plugins/shared/powercap.ts';
import { ExitCode, type Finish } from './exit-code.ts';
import { runPipeline } from './run-pipeline.ts';
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
  const sensors = await findPowerSensors();
  const shown = sensors.readable.length > 0 ? 'sensors' : 'recording';
  const loaded = await loadPipeline([join(root, 'pipelines', 'start.yaml')], { select: [`shows=${shown}`] });
  if (loaded === undefined) return ExitCode.badConfig;
  print(sensorsText(sensors));
  // Below a table, the log has only what somebody should do something about.
  const logger = configuredLogger(loaded.config.agent, 'warn');
  return runPipeline({
    loaded,
    services: createServices(loaded, logger, { baseDirectory: root }),
    mode: { kind: 'run' },
    saysSummary: true,
  });
}

const PLAYS = 'Playing a recorded hypervisor, kvm-0.';

/** What `start` says about this machine, and so why the table shows what it shows; in lines that a terminal of 80 columns holds. */
export function sensorsText({ readable, forbidden, broken }: PowerSensors): string {
  if (readable.length > 0) return `Reading this machine's power sensors (${readable.join(', ')}).\nThe first watts take ten seconds.`;
  if (forbidden.length > 0) {
    const ways = waysToRead().map((way) => `  ${way}\n`);
    return `This machine has power sensors (${forbidden.join(', ')}), but ${FORBIDDEN}.\nAny one of these lets you:\n${ways.join('')}${PLAYS}`;
  }
  if (broken.length > 0) return `This machine has power sensors (${broken.join(', ')}),\nbut their counters can't be read. ${PLAYS}`;
  return `This machine has no power sensors that can be read (/sys/class/powercap).\n${PLAYS}`;
}
