/** Scaphandre as it was recorded: twelve scrapes, five seconds apart (test/data/scaphandre), or texts that a test makes up. */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { fromNanoseconds } from '../../src/metric/time.ts';
import type { PolledInput } from '../../src/pipeline/plugin.ts';
import { scaphandre } from '../../src/plugins/inputs/scaphandre/plugin.ts';
import { testContext, type TestContext } from './context.ts';
import { startFakeServer } from './fake-server.ts';
import { CollectingSink, createPolled, gatherOnce } from './input.ts';

export interface Scrape {
  readonly body: string;
  readonly ms: number;
  readonly ns: number;
}

const FOLDER = new URL('../data/scaphandre/', import.meta.url);

/** The recorded scrapes, in order. Socket 1 wraps before the seventh, a process has gone at the tenth. */
export const recordedScrapes: readonly Scrape[] = readFileSync(new URL('times.txt', FOLDER), 'utf8')
  .trim()
  .split('\n')
  .map((line) => {
    const [name, nanoseconds] = line.split(' ');
    const [ms, ns] = fromNanoseconds(BigInt(nanoseconds));
    return { body: readFileSync(new URL(`${name}.prom`, FOLDER), 'utf8'), ms, ns };
  });

export interface Gathered {
  /** What the input delivered at each scrape, as line protocol, without the line on the scrape itself. */
  readonly scrapes: readonly (readonly string[])[];
  /** The input's line on each scrape. */
  readonly states: readonly string[];
  readonly context: TestContext;
}

/** Gathers each scrape once, at its time, from a server that serves them like Scaphandre: without a Content-Type. */
export async function gatherScrapes(
  scrapes: readonly Scrape[],
  options: Omit<z.input<typeof scaphandre.schema>, 'urls'> = {},
): Promise<Gathered> {
  const context = testContext({ name: 'inputs.scaphandre' });
  const sink = new CollectingSink(context.interner);
  let current = scrapes[0];
  const server = await startFakeServer(() => ({ status: 200, body: current.body }));
  const input: PolledInput = createPolled(scaphandre, { urls: [server.url], ...options }, context);
  const perScrape: string[][] = [];
  try {
    for (const scrape of scrapes) {
      current = scrape;
      Object.assign(context.clock, { ms: scrape.ms, ns: scrape.ns });
      const before = sink.lines.length;
      await gatherOnce(input, sink);
      perScrape.push(sink.lines.slice(before));
    }
  } finally {
    await input.close?.();
    await server.stop();
  }
  const isState = (line: string): boolean => line.startsWith('scaphandre,');
  return { scrapes: perScrape.map((lines) => lines.filter((line) => !isState(line))), states: perScrape.flat().filter(isState), context };
}

/** Lines of some measurements, in order. */
export function linesOf({ scrapes }: Gathered, ...measurements: readonly string[]): string[] {
  return scrapes.flat().filter((line) => measurements.some((name) => line.startsWith(`${name},`) || line.startsWith(`${name} `)));
}

/** Made-up scrapes, five seconds apart. */
export function scrapesOf(...bodies: readonly string[]): Scrape[] {
  return bodies.map((body, at) => ({ body: body.replaceAll(/^ +/gm, ''), ms: 1_700_000_000_000 + at * 5000, ns: 0 }));
}
