import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { system } from '../../../../../src/plugins/inputs/system/plugin.ts';
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
  vi.stubEnv('HOST_ETC', machine.proc);
  vi.stubEnv('HOST_VAR', machine.proc);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await machine.close();
});

async function gather(options: Parameters<typeof system.schema.parse>[0]): Promise<string[]> {
  const sink = new CollectingSink(context.interner);
  await gatherOnce(createPolled(system, options as never, context), sink);
  return sink.lines;
}

describe('inputs.system', () => {
  it('makes three points as ever, in which only what can be read is missing', async () => {
    await machine.writeProc('loadavg', '0.5 0.25 0 1/2 3\n');
    await machine.writeProc('uptime', '90061.00 5\n');
    expect(await gather({})).toEqual([
      'system load1=0.5,load15=0,load5=0.25 1760000000000000000',
      'system uptime=90061u 1760000000000000000',
      'system uptime_format="1 day,  1:01" 1760000000000000000',
    ]);
    expect(context.logged.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^could not read cpus: ENOENT/),
    ]);
  });

  it('makes one point of all that is asked for by name', async () => {
    await machine.writeProc('loadavg', '0.5 0.25 0 1/2 3\n');
    await machine.writeProc('uptime', '10.5 5\n');
    await machine.writeProc('cpuinfo', 'processor : 0\n\nprocessor : 1\nphysical id : 0\ncpu cores : 2\n\n');
    expect(await gather({ include: ['uptime', 'load', 'cpus', 'users'] })).toEqual([
      'system load1=0.5,load15=0,load5=0.25,n_cpus=2i,n_physical_cpus=2i,uptime=11u 1760000000000000000',
    ]);
  });

  it('says what the firmware says, and of the rest that nobody knows', async () => {
    await machine.write('class/dmi/id/chassis_type', '23');
    await machine.write('class/dmi/id/sys_vendor', ' Dell Inc. ');
    await machine.write('class/dmi/id/board_name', '0H4CRD');
    const [line] = await gather({ include: ['dmi'] });
    expect(line).toContain('chassis_type="Rack mount chassis",chassis_type_code="23"');
    expect(line).toContain('board_product="0H4CRD"');
    expect(line).toContain('product_vendor="Dell Inc."');
    expect(line).toContain('bios_date="unknown"');
  });

  it('reads the system and the firmware once in so long', async () => {
    const sink = new CollectingSink(context.interner);
    const [kept, fresh] = ['8h', '0s'].map((ttl) => createPolled(system, { include: ['dmi'], dmi_cache_ttl: ttl }, context));
    await machine.write('class/dmi/id/bios_version', '1.0');
    for (const input of [kept, fresh]) await gatherOnce(input, sink);
    await machine.write('class/dmi/id/bios_version', '2.0');
    for (const input of [kept, fresh]) await gatherOnce(input, sink);
    expect(sink.lines.map((line) => /bios_version="([^"]*)"/.exec(line)?.[1])).toEqual(['1.0', '1.0', '1.0', '2.0']);
  });

  it('refuses what it does not know', () => {
    expect(() => createPolled(system, { include: ['disks'] as never }, context)).toThrow('Invalid option');
  });
});
