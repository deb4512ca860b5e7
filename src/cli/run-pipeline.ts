/** A pipeline in this process: until its inputs end or somebody stops it, or for one round. */
import { startAdmin } from '../admin/server.ts';
import type { PipelineConfig } from '../config/pipeline-config.ts';
import { createPipeline, type Pipeline, type RunSummary, type Services } from '../pipeline/pipeline.ts';
import { contents } from './contents.ts';
import { ExitCode } from './exit-code.ts';
import { pipelineHealth } from './health.ts';
import { LinePrinter } from './line-printer.ts';
import { printDiagnostics } from './load.ts';
import { printError } from './print.ts';
import { listenForStop, type StopRequest } from './signals.ts';
import { summaryText } from './summary.ts';
import { version } from './version.ts';

export type Mode =
  /** Until stopped. */
  | { readonly kind: 'run' }
  /** Until stopped, with outputs alone. */
  | { readonly kind: 'send' }
  /** Every input once, service inputs for `waitMs`; the outputs as ever. */
  | { readonly kind: 'once'; readonly waitMs: number }
  /** The same, but what would reach the outputs is printed instead. */
  | { readonly kind: 'test'; readonly waitMs: number };

export interface PipelineRun {
  readonly config: PipelineConfig;
  readonly services: Services;
  readonly mode: Mode;
  /** Whether to say at the end what the run came to. */
  readonly saysSummary: boolean;
}

/** Runs the pipeline; resolves to the exit code once everything is let go of, the store and the log of its services too. */
export async function runPipeline(run: PipelineRun): Promise<ExitCode> {
  try {
    return await runAndTell(run);
  } finally {
    await run.services.store.close();
    run.services.logger.close();
  }
}

async function runAndTell(run: PipelineRun): Promise<ExitCode> {
  const { config, services, mode } = run;
  const pipeline = mode.kind === 'test' ? printingPipeline(config, services) : createPipeline(config, services);
  if ('diagnostics' in pipeline) {
    printDiagnostics(pipeline.diagnostics);
    return ExitCode.badConfig;
  }
  for (const warning of config.warnings) services.logger.warn(warning);
  services.logger.info(`wattbridge ${version()}: ${contents(config)}`);
  const stop = listenForStop(config.agent.shutdown_timeout);
  try {
    const summary = await runToEnd(pipeline, run, stop);
    await services.store.close();
    services.logger.close();
    if (run.saysSummary) printError(summaryText(mode.kind === 'once' ? 'done' : 'stopped', summary));
    return exitCodeOf(mode, summary);
  } catch (error) {
    services.logger.error(error instanceof Error ? error.message : String(error));
    await pipeline.stop();
    return ExitCode.failed;
  } finally {
    stop.release();
  }
}

/** A pipeline without outputs that prints what would reach them. */
function printingPipeline(config: PipelineConfig, services: Services): ReturnType<typeof createPipeline> {
  let printer: LinePrinter | undefined;
  const pipeline = createPipeline({ ...config, outputs: [] }, { ...services, tap: (points) => printer?.print(points) });
  if (!('diagnostics' in pipeline)) printer = new LinePrinter(pipeline.interner);
  return pipeline;
}

async function runToEnd(pipeline: Pipeline, { config, services, mode }: PipelineRun, stop: StopRequest): Promise<RunSummary> {
  if ('waitMs' in mode) return Promise.race([pipeline.runOnce(mode.waitMs), stop.requested.then(() => pipeline.stop())]);
  const { logger, metrics, store } = services;
  const { admin_address: address } = config.agent;
  const health = () => pipelineHealth(pipeline, store);
  const admin = address === undefined ? undefined : await startAdmin({ address, metrics, health, log: logger });
  try {
    const started = pipeline.start();
    await Promise.race([mode.kind === 'send' ? started.then(() => stop.requested) : started.then(() => pipeline.finished), stop.requested]);
    return await pipeline.stop();
  } finally {
    await admin?.close();
  }
}

function exitCodeOf(mode: Mode, summary: RunSummary): ExitCode {
  // Whoever asked for one round wants all of it delivered; whoever stops a bridge has been told what it leaves behind.
  if (mode.kind !== 'once' || summary.unsent === 0) return ExitCode.ok;
  printError(`wattbridge: ${summary.unsent} points could not be delivered; the log above says why`);
  return ExitCode.failed;
}
