import { describe, expect, it } from 'vitest';
import { countProcesses } from '../../../../../src/plugins/inputs/processes/process-states.ts';
import { FakeMachine } from '../../../../support/fake-machine.ts';

const stat = (state: string, threads: number | string, comm = 'x'): string =>
  `5 (${comm}) ${state} 1 5 5 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 ${threads} 0 12345 1000\n`;

describe('countProcesses', () => {
  it('counts by state, whatever the programs are called', async () => {
    const machine = await FakeMachine.create();
    const texts = [stat('S', 3), stat('R', 1, ') R 1 (('), stat('P', 1), stat('P', 1), stat('?', 'x'), 'no stat', ''];
    for (const [index, text] of texts.entries()) await machine.writeProc(`${index + 1}/stat`, text);
    await machine.writeProc('8/cmdline', 'ended in between');
    await machine.writeProc('acpi/stat', stat('R', 1));
    expect(await countProcesses(machine.proc)).toEqual({
      blocked: 0,
      dead: 0,
      idle: 0,
      paging: 0,
      parked: 2,
      running: 1,
      sleeping: 1,
      stopped: 0,
      total: 5,
      total_threads: 6,
      unknown: 1,
      zombies: 0,
    });
    await machine.close();
  });

  it('finds this very process, and says as many as there are', async () => {
    const counts = await countProcesses('/proc');
    expect(counts['running']).toBeGreaterThan(0);
    const states = Object.entries(counts).filter(([name]) => !name.startsWith('total'));
    expect(states.reduce((sum, [, count]) => sum + count, 0)).toBe(counts['total']);
  });

  it('can not count what is not there', async () => {
    await expect(countProcesses('/nowhere')).rejects.toThrow('ENOENT');
  });
});
