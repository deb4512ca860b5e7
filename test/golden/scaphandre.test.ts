/**
 * Twelve scrapes of a real Scaphandre 1.0.0 and its JSON file, through the input `scaphandre` and the processor `energy`. The
 * expected files were written by this program and checked by hand against the recording; the energies are compared with the
 * recording's own counters.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { scaphandre } from '../../src/plugins/inputs/scaphandre/plugin.ts';
import { energy } from '../../src/plugins/processors/energy/plugin.ts';
import { testContext } from '../support/context.ts';
import { CollectingSink, createPolled, gatherOnce } from '../support/input.ts';
import { parsePoints, process, toLines } from '../support/points.ts';
import { gatherScrapes, recordedScrapes } from '../support/scaphandre.ts';

/** The counter's range in the recording. */
const RANGE = 262_143_328_850;

const folder = mkdtempSync(join(tmpdir(), 'wattbridge-scaphandre-'));
afterAll(() => rmSync(folder, { recursive: true }));

function expected(name: string): string[] {
  return readFileSync(new URL(`scaphandre/${name}`, import.meta.url), 'utf8').trimEnd().split('\n');
}

/** What the processor `energy` adds to these lines. */
function energyOf(lines: readonly string[]): string[] {
  const context = testContext();
  const processor = energy.create(energy.schema.parse({}), context);
  const out = process(processor, parsePoints(context.interner, lines.join('\n')));
  return toLines(context.interner, out).filter((line) => line.startsWith('energy,'));
}

/** Joules of all samples of the series whose tags contain this text. */
function joules(lines: readonly string[], tags: string): number {
  return lines
    .filter((line) => line.split(' ')[0].includes(tags))
    .reduce((sum, line) => sum + Number(/joules_delta=([\d.]+)/.exec(line)?.[1]), 0);
}

function counter(scrape: number, socket: number): number {
  return Number(new RegExp(`scaph_socket_energy_microjoules{socket_id="${socket}"} (\\d+)`).exec(recordedScrapes[scrape].body)?.[1]);
}

describe('twelve scrapes of a real Scaphandre', async () => {
  const services = [{ name: 'web', exe: 'nginx' }, { name: 'script', cmdline: '<script>' }, { vm: 'vm-*' }];
  const gathered = await gatherScrapes(recordedScrapes, { services });
  const lines = gathered.scrapes.flat();
  const energies = energyOf(lines);

  it('become these points', () => {
    expect(lines).toEqual(expected('scrapes.lp'));
  });

  it('become this energy', () => {
    expect(energies.filter((line) => !line.includes('scope=host'))).toEqual(expected('energy.lp'));
  });

  it('sum to a host of both packages and their memory, and nothing else', () => {
    const parts = joules(energies, 'scope=package') + joules(energies, 'scope=dram');
    expect(joules(energies, 'scope=host')).toBeCloseTo(parts, 6);
  });

  it("count each socket's own difference to the microjoule, the wrap included", () => {
    expect(joules(energies, 'scope=package,socket_id=0')).toBeCloseTo((counter(11, 0) - counter(0, 0)) / 1e6, 6);
    expect(joules(energies, 'scope=package,socket_id=1')).toBeCloseTo((counter(11, 1) + RANGE - counter(0, 1)) / 1e6, 6);
  });

  it('never integrate the sum of all counters, which falls when one of them wraps', () => {
    expect(energies.filter((line) => line.includes('scope=platform'))).toEqual([]);
  });

  it('leave out the 0 W of a socket whose counter has wrapped, and count that', () => {
    expect(gathered.context.dropped).toEqual(new Map([['wrapped_power', 1]]));
    expect(gathered.context.logged).toEqual([]);
  });
});

describe("a real Scaphandre's JSON file", () => {
  it('becomes these points, each report once, also while it grows', async () => {
    const context = testContext();
    const path = join(folder, 'scaphandre.json');
    copyFileSync(fileURLToPath(new URL('../data/scaphandre/scaphandre.json', import.meta.url)), path);
    const input = createPolled(scaphandre, { files: [path], services: [{ name: 'web', exe: 'nginx' }] }, context);
    const sink = new CollectingSink(context.interner);
    await gatherOnce(input, sink);
    await gatherOnce(input, sink);
    expect(sink.lines).toEqual(expected('json.lp'));
    expect(energyOf(sink.lines).filter((line) => !line.includes('scope=host'))).toEqual(expected('json-energy.lp'));
  });
});
