import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KSM_FILES } from '../../../../../src/plugins/inputs/kernel/kernel-stats.ts';
import { kernel } from '../../../../../src/plugins/inputs/kernel/plugin.ts';
import { testContext, type TestContext } from '../../../../support/context.ts';
import { FakeMachine } from '../../../../support/fake-machine.ts';
import { CollectingSink, createPolled, gatherOnce } from '../../../../support/input.ts';

let machine: FakeMachine;
let context: TestContext;

beforeEach(async () => {
  machine = await FakeMachine.create();
  context = testContext();
  vi.stubEnv('HOST_PROC', machine.proc);
  vi.stubEnv('HOST_SYS', machine.sys);
  await machine.writeProc('stat', 'cpu 1 2\nintr 1472368 40 0 5\nctxt 2626618\nbtime 1457505775\nprocesses 10252\nprocs_running 2\n');
  await machine.writeProc('sys/kernel/random/entropy_avail', '1024\n');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await machine.close();
});

async function gather(collect: ('ksm' | 'psi')[] = []): Promise<string[]> {
  const sink = new CollectingSink(context.interner);
  await gatherOnce(createPolled(kernel, { collect }, context), sink);
  return sink.lines.map((line) => line.replace(/ \d+$/, ''));
}

const COUNTERS = 'boot_time=1457505775i,context_switches=2626618i,entropy_avail=1024i,interrupts=1472368i';

describe('inputs.kernel', () => {
  it('reads counters and entropy', async () => {
    expect(await gather()).toEqual([`kernel ${COUNTERS},processes_forked=10252i`]);
  });

  it('reads the pages of very old kernels', async () => {
    await machine.writeProc('stat', 'page 5741 1808\n');
    expect(await gather()).toEqual(['kernel disk_pages_in=5741i,disk_pages_out=1808i,entropy_avail=1024i']);
  });

  it('reads memory merging, with what later kernels added', async () => {
    for (const file of KSM_FILES) await machine.write(`kernel/mm/ksm/${file}`, 7);
    expect((await gather(['ksm']))[0]).toContain('ksm_use_zero_pages=7i');
    await machine.write('kernel/mm/ksm/general_profit', -8192);
    expect((await gather(['ksm']))[0]).toContain('ksm_general_profit=-8192i');
  });

  it('reads pressure, two points a line, without the line of the CPU that says nothing', async () => {
    const lines = 'some avg10=1.50 avg60=0.25 avg300=0.00 total=18446744073709551615\nfull avg10=0.10 avg60=0.20 avg300=0.30 total=7\n';
    for (const resource of ['cpu', 'memory']) await machine.writeProc(`pressure/${resource}`, lines);
    expect(await gather(['psi'])).toEqual([
      expect.stringMatching(/^kernel /),
      'pressure,resource=cpu,type=some total=18446744073709551615u',
      'pressure,resource=cpu,type=some avg10=1.5,avg300=0,avg60=0.25',
      'pressure,resource=memory,type=some total=18446744073709551615u',
      'pressure,resource=memory,type=some avg10=1.5,avg300=0,avg60=0.25',
      'pressure,resource=memory,type=full total=7u',
      'pressure,resource=memory,type=full avg10=0.1,avg300=0.3,avg60=0.2',
    ]);
    expect(context.logged.map(({ message }) => message)).toEqual([expect.stringMatching(/^ENOENT.*pressure\/io/)]);
  });

  it('tells what it can not read, and gives the rest', async () => {
    await machine.writeProc('sys/kernel/random/entropy_avail', 'much\n');
    expect(await gather(['ksm'])).toEqual([`kernel ${COUNTERS.replace('entropy_avail=1024i,', '')},processes_forked=10252i`]);
    expect(context.logged.map(({ message }) => message)).toEqual([
      'entropy_avail is "much", which is no whole number',
      expect.stringMatching(/^ENOENT.*kernel\/mm\/ksm/),
    ]);
    expect(context.errors()).toBe(2);
  });
});
