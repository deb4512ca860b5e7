/**
 * The CPU time of one gather of `intel_powerstat` on a made-up server with two sockets and 128 CPUs, beside reading the same files and
 * doing nothing with them: `node test/bench/powerstat.ts`.
 */
import { readFile } from 'node:fs/promises';
import { PowerstatOptions } from '../../src/plugins/inputs/intel_powerstat/config.ts';
import { Powerstat } from '../../src/plugins/inputs/intel_powerstat/powerstat.ts';
import { testContext } from '../support/context.ts';
import { FakeMachine } from '../support/fake-machine.ts';
import { FakeRapl, twoSockets } from '../support/fake-rapl.ts';

const CPUS = 128;
const ROUNDS = 200;
const INTERVAL_MS = 10_000;
const SINK = { deliver: () => Promise.resolve({ status: 'ok' } as const) };
const SIGNAL = new AbortController().signal;

const rapl = await FakeRapl.create(twoSockets);
for (const id of ['intel-rapl:0', 'intel-rapl:1']) await rapl.powercap.write(id, { constraint_0_max_power_uw: 120_000_000 });
const fake = await FakeMachine.create();
await fake.cpus(CPUS, 2);
for (let cpu = 0; cpu < CPUS; cpu++) await fake.frequency(cpu, 2_000_000 + cpu);
for (const socket of [0, 1]) {
  const cores = Array.from({ length: CPUS / 2 }, (_, core) => [`Core ${core}`, 40_000 + core] as const);
  await fake.hwmon(socket, 'coretemp', { [`Package id ${socket}`]: 50_000, ...Object.fromEntries(cores) });
}

for (const [name, options] of [
  ['packages and memory', {}],
  [`and frequency and temperature of ${CPUS} CPUs`, { cpu_metrics: ['cpu_frequency', 'cpu_temperature'] }],
] as const) {
  let paths: string[] = [];
  const read = (path: string): Promise<string> => {
    paths.push(path);
    return readFile(path, 'utf8');
  };
  const config = PowerstatOptions.parse({ powercap_path: rapl.powercap.links, ...options });
  const input = new Powerstat(config, testContext(), { sys: fake.sys, proc: fake.proc, read, monotonicMs: () => performance.now() });
  const gather = (): Promise<void> => {
    paths = [];
    return input.gather(SINK, SIGNAL);
  };
  await gather();
  await gather();
  const files = paths;
  const gathered = await cpuMs(gather);
  const readOnly = await cpuMs(() => Promise.all(files.map((path) => readFile(path, 'utf8'))));
  const share = ((gathered / INTERVAL_MS) * 100).toFixed(3);
  console.log(
    `${name}: ${gathered.toFixed(2)} ms of CPU a gather, ${share} % of a core at ${INTERVAL_MS / 1000} s; ${(gathered / readOnly).toFixed(2)} times reading its ${files.length} files`,
  );
}
await rapl.close();
await fake.close();

/** Milliseconds of CPU time of one call, all threads, as a mean over many. */
async function cpuMs(call: () => Promise<unknown>): Promise<number> {
  for (let round = 0; round < ROUNDS / 10; round++) await call();
  const began = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round++) await call();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000 / ROUNDS;
}
