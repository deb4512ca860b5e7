/** How a bridge that `wattbridge run` started gets at its configuration again, and when. */
import { fetchSource, isRemote } from '../config/remote-source.ts';
import { MemoryStore } from '../queue/memory/memory-store.ts';
import type { Reloading } from './candidate.ts';
import { configFiles } from './config-options.ts';
import { loadAgain } from './load.ts';
import { printError } from './print.ts';
import { levelOf, type RunOptions } from './run-options.ts';
import { configuredLogger, continueServices, openServices, type Lasting } from './services.ts';
import { ConfigWatch, readLocal, type WatchOptions } from './watch-config.ts';

/** What is run, as the command line says it. */
export interface Order {
  readonly named: readonly string[];
  readonly options: RunOptions;
}

/** Loads what the command line names, as it is then. `directory` has the queues and the state; undefined: they are in memory. */
export function reloadingOf({ named, options }: Order, lasting: Lasting, directory: string | undefined): Reloading {
  return {
    lasting,
    load: async (log) => {
      const files = await configFiles(named, options);
      return 'message' in files ? { diagnostics: [files] } : loadAgain(files, options, log);
    },
    logger: (agent) => configuredLogger(agent, levelOf(options)),
    services: (loaded, logger, { store }, handover) => {
      if (store instanceof MemoryStore) return Promise.resolve(continueServices(store, loaded, logger, { lasting, handover }));
      if (directory === undefined) throw new Error('a queue on the disk without a directory');
      return openServices(loaded, logger, directory, { lasting, handover });
    },
  };
}

/** Watches what the command line asks for; close them at the end. */
export function watchFiles({ named, options }: Order, onChanged: () => void): Promise<ConfigWatch[]> {
  const { watchConfig, watchInterval, watchDebounceInterval: debounceMs, configUrlWatchInterval, configDirectory = [] } = options;
  const found = async (): Promise<readonly string[]> => {
    const files = await configFiles(named, options);
    return 'message' in files ? [] : files;
  };
  const common = { debounceMs, onChanged, onTrouble: (message: string) => printError(`wattbridge: ${message}`) };
  const watches: WatchOptions[] = [];
  if (watchConfig !== undefined) {
    const files = async () => (await found()).filter((file) => !isRemote(file));
    watches.push({ ...common, how: watchConfig, intervalMs: watchInterval, files, folders: configDirectory, read: readLocal });
  }
  if (configUrlWatchInterval !== undefined) {
    const files = async () => (await found()).filter(isRemote);
    watches.push({ ...common, how: 'poll', intervalMs: configUrlWatchInterval, files, folders: [], read: readRemote });
  }
  return Promise.all(watches.map((watch) => ConfigWatch.start(watch)));
}

/** A server that does not answer says nothing about the configuration. */
async function readRemote(address: string): Promise<Buffer | undefined> {
  try {
    return (await fetchSource(address, { env: process.env, configUrlRetryAttempts: 0 })).bytes;
  } catch {
    return undefined;
  }
}
