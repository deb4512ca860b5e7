import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../config/package-root.ts';
import { hostFolders } from '../plugins/shared/host-folders.ts';
import { ExitCode, type Finish } from './exit-code.ts';
import { print, printError } from './print.ts';
import { findingText, NOTHING, recommended, useText } from './sources/advice.ts';
import { findGuestShare, findHostShares, findPowercap, findPowerJoular } from './sources/counters.ts';
import type { Finding, Places } from './sources/finding.ts';
import { findNodeExporter, findScaphandre } from './sources/neighbours.ts';

const EXAMPLES = `
Examples:
  wattbridge sources                                          this machine
  wattbridge sources --scaphandre http://kvm-0:8080/metrics   and the Scaphandre of another one
  wattbridge sources --yaml > power.yaml                      the pipeline to use, and nothing else`;

interface Options {
  readonly root: string;
  readonly scaphandre: string;
  readonly nodeExporter: string;
  readonly yaml?: boolean;
}

/** `wattbridge sources`: what there is to measure on this machine, what it can tell, and the pipeline to use. Reads, and changes nothing. */
export function sourcesCommand(finish: Finish): Command {
  return new Command('sources')
    .description('look what this machine can measure, and say which pipeline to use')
    .option('--scaphandre <url>', 'where Scaphandre answers', 'http://127.0.0.1:8080/metrics')
    .option('--node-exporter <url>', 'where node_exporter answers', 'http://127.0.0.1:9100/metrics')
    .option('--root <folder>', "in a container: where the machine's / is; its /sys is HOST_SYS if that is set", '/')
    .option('--yaml', 'print the pipeline itself, to begin one with')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) => finish(await sources(options)));
}

async function sources({ root, scaphandre, nodeExporter, yaml = false }: Options): Promise<ExitCode> {
  const sys = process.env['HOST_SYS'] || root === '/' ? hostFolders().sys : join(root, 'sys');
  const findings = await lookAround({ root, sys, scaphandre, nodeExporter });
  const use = recommended(findings);
  if (yaml) {
    if (use === undefined) {
      printError(`wattbridge: ${NOTHING}`);
      return ExitCode.failed;
    }
    print((await readFile(pipelineFile(use.pipeline), 'utf8')).trimEnd());
    return ExitCode.ok;
  }
  print(findings.map(findingText).join('\n\n'));
  print(`\n${use === undefined ? NOTHING : useText(use, shown(pipelineFile(use.pipeline)))}`);
  return ExitCode.ok;
}

/** Looks everywhere at once. In the order of how much each can tell: a VM's own share first, since a VM has nothing else. */
function lookAround(places: Places): Promise<readonly Finding[]> {
  return Promise.all([
    findGuestShare(places),
    findScaphandre(places),
    findPowercap(places),
    findHostShares(places),
    findPowerJoular(places),
    findNodeExporter(places),
  ]);
}

function pipelineFile(name: string): string {
  return join(packageRoot(), 'pipelines', `${name}.yaml`);
}

/** From here, if that is shorter. */
function shown(file: string): string {
  const fromHere = relative('.', file);
  return fromHere.length < file.length ? fromHere : file;
}
