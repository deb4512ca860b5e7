import { Command, InvalidArgumentError } from 'commander';
import { parseListenAddress, type ListenAddress } from '../config/listen-address.ts';
import type { PipelineConfig } from '../config/pipeline-config.ts';
import { errorText } from '../telemetry/error-text.ts';
import { addConfigOptions, type ConfigOptions } from './config-options.ts';
import { ExitCode, type Finish } from './exit-code.ts';
import { namedPipeline, needsPipeline } from './named-pipeline.ts';
import { printError } from './print.ts';
import { runPipeline } from './run-pipeline.ts';
import { openLog, openSendingServices } from './services.ts';

interface SendOptions extends ConfigOptions {
  readonly adminAddress?: ListenAddress | 'nowhere';
}

const EXAMPLES = `
Examples:
  wattbridge send pipelines/pau-kvm.yaml                                with the file that the bridges have
  wattbridge send pipelines/pau-kvm.yaml --admin-address 127.0.0.1:8188   beside a bridge on the same machine`;

/** `wattbridge send`: the outputs of a pipeline alone, for what its bridges have put into Redis. */
export function sendCommand(finish: Finish): Command {
  const command = new Command('send')
    .description('send what bridges with the same pipeline have queued in Redis (agent.queue_driver: redis); any number may run')
    .argument('[files...]', 'the pipeline, as the bridges run it');
  return addConfigOptions(command)
    .option('--admin-address <address>', "where health and metrics are served, instead of the pipeline's; none: nowhere", parseAdminAddress)
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options: SendOptions) => finish(await send(files, options)));
}

async function send(named: readonly string[], options: SendOptions): Promise<ExitCode> {
  const question = 'whose outputs? Name the pipeline, as in: wattbridge send pipelines/pau-kvm.yaml';
  const loaded = await namedPipeline(named, options, needsPipeline(question));
  if (typeof loaded === 'number') return loaded;
  if (loaded.config.agent.queue_driver !== 'redis') {
    printError('wattbridge: this pipeline keeps its queues to itself; agent.queue_driver: redis shares them');
    return ExitCode.badConfig;
  }
  const logger = openLog(loaded.config.agent);
  if (logger === undefined) return ExitCode.failed;
  const config = outputsOnly(loaded.config, options.adminAddress);
  try {
    const sending = { ...loaded, config };
    const services = await openSendingServices(sending, logger);
    return await runPipeline({ loaded: sending, services, mode: { kind: 'send' }, saysSummary: !config.agent.quiet });
  } catch (error) {
    logger.error(errorText(error));
    logger.close();
    return ExitCode.failed;
  }
}

function outputsOnly(config: PipelineConfig, adminAddress: SendOptions['adminAddress']): PipelineConfig {
  const address = adminAddress ?? config.agent.admin_address;
  const agent = { ...config.agent, admin_address: address === 'nowhere' ? undefined : address };
  return { ...config, agent, inputs: [], processors: [], aggregators: [], warnings: [] };
}

function parseAdminAddress(text: string): ListenAddress | 'nowhere' {
  if (text === 'none') return 'nowhere';
  const address = parseListenAddress(text);
  if (address === undefined) throw new InvalidArgumentError('write 127.0.0.1:8188, or none.');
  return address;
}
