/** A pipeline in this process: until its inputs end or somebody stops it, or for one round. */
import { createPipeline, type Pipeline, type RunSummary } from '../pipeline/pipeline.ts';
import type { Services } from '../pipeline/services.ts';
import { MemoryStore } from '../queue/memory/memory-store.ts';
import { errorText } from '../telemetry/error-text.ts';
import { Bridge } from './bridge.ts';
import type { Reloading } from './candidate.ts';
import { contents } from './contents.ts';
import { ExitCode } from './exit-code.ts';
import { LinePrinter } from './line-printer.ts';
import { printDiagnostics, type LoadedPipeline } from './load.ts';
import { printError } from './print.ts';
import { pointsText } from './queue/amounts.ts';
import { Signals } from './signals.ts';
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
  readonly loaded: LoadedPipeline;
  readonly services: Services;
  readonly mode: Mode;
  /** Whether to say at the end what the run came to. */
  readonly saysSummary: boolean;
  /** Listening already; others are made where none are given. */
  readonly signals?: Signals;
  /** How to load the configuration again; without it SIGHUP is the end. */
  readonly reloading?: Reloading;
}

/** How long a reload under way may hold up the end. */
const LONGEST_RELOAD_MS = 10_000;

/** Runs the pipeline; resolves to the exit code once everything is let go of, the store and the log of its services too. */
export async function runPipeline(run: PipelineRun): Promise<ExitCode> {
  const { loaded, services, mode, signals = new Signals() } = run;
  const { config } = loaded;
  const pipeline = mode.kind === 'test' ? printingPipeline(loaded, services) : createPipeline(config, services);
  if ('diagnostics' in pipeline) {
    printDiagnostics(pipeline.diagnostics);
    await letGo(services);
    return ExitCode.badConfig;
  }
  for (const warning of config.warnings) services.logger.warn(warning);
  if (mode.kind === 'test' && config.outputs.length > 0) services.logger.warn('outputs are not used with --test');
  services.logger.info(`wattbridge ${version()}: ${contents(config)}`);
  try {
    return await ('waitMs' in mode ? runRound(run, pipeline, mode, signals) : runBridge(run, pipeline, signals));
  } finally {
    signals.release();
  }
}

async function runRound(
  { loaded, services, saysSummary }: PipelineRun,
  pipeline: Pipeline,
  { kind, waitMs }: Extract<Mode, { readonly waitMs: number }>,
  signals: Signals,
): Promise<ExitCode> {
  signals.handle({ graceMs: () => loaded.config.agent.shutdown_timeout });
  try {
    const summary = await Promise.race([pipeline.runOnce(waitMs), signals.stopRequested.then(() => pipeline.stop())]);
    await letGo(services);
    if (saysSummary) printError(summaryText('done', summary));
    const shortfalls = kind === 'test' ? [] : shortfallsOf(summary);
    // Whoever asked for one round wants all of it delivered; whoever stops a bridge has been told what it leaves behind.
    for (const shortfall of shortfalls) printError(`wattbridge: ${shortfall}; the log above says why`);
    return shortfalls.length === 0 ? ExitCode.ok : ExitCode.failed;
  } catch (error) {
    return fail(error, services, () => pipeline.stop());
  }
}

/** What did not get where it should have, in words. */
function shortfallsOf({ unsent, undeliverable }: RunSummary): string[] {
  return [
    ...(unsent === 0 ? [] : [`${pointsText(unsent)} could not be delivered`]),
    ...(undeliverable === 0 ? [] : [`${pointsText(undeliverable)} ${undeliverable === 1 ? 'was' : 'were'} refused or given up`]),
  ];
}

async function runBridge(run: PipelineRun, pipeline: Pipeline, signals: Signals): Promise<ExitCode> {
  const { loaded, services, mode, reloading } = run;
  const bridge = new Bridge({ loaded, services, pipeline }, reloading);
  const started = bridge.start();
  const broken = Promise.withResolvers<never>();
  const reload = (): void => void started.then(() => bridge.reload()).catch((error: Error) => broken.reject(error));
  signals.handle({
    graceMs: () => bridge.running.loaded.config.agent.shutdown_timeout + (bridge.isChanging ? LONGEST_RELOAD_MS : 0),
    flush: () => bridge.flush(),
    ...(reloading && { reload }),
  });
  const finished = started.then(() => (mode.kind === 'send' ? signals.stopRequested : bridge.finished));
  try {
    await Promise.race([finished, signals.stopRequested, broken.promise]);
    const summary = await bridge.stop();
    await letGo(bridge.running.services);
    if (run.saysSummary) printError(summaryText('stopped', summary, mode.kind === 'run' && !(run.services.store instanceof MemoryStore)));
    return ExitCode.ok;
  } catch (error) {
    return fail(error, bridge.running.services, () => bridge.stop());
  }
}

/** A pipeline without outputs that prints what would reach them. */
function printingPipeline({ config }: LoadedPipeline, services: Services): ReturnType<typeof createPipeline> {
  let printer: LinePrinter | undefined;
  const pipeline = createPipeline({ ...config, outputs: [] }, { ...services, tap: (points) => printer?.print(points) });
  if (!('diagnostics' in pipeline)) printer = new LinePrinter(pipeline.interner);
  return pipeline;
}

async function fail(error: unknown, services: Services, stop: () => Promise<RunSummary>): Promise<ExitCode> {
  services.logger.error(errorText(error));
  await stop();
  await letGo(services);
  return ExitCode.failed;
}

async function letGo({ store, logger }: Services): Promise<void> {
  await store.close();
  logger.close();
}
