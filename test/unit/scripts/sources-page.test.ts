import { expect, it } from 'vitest';
import { sourcesPage } from '../../../scripts/gen/sources.ts';
import { builtInSources } from '../../../src/energy/sources/registry.ts';

/** The lines of a tool's section that are about a fact. */
function factOf(tool: string, title: string): string[] {
  const page = sourcesPage(builtInSources.filter(({ about }) => about?.tool === tool));
  const lines = page.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`- ${title}:`));
  const rest = lines.slice(start + 1);
  return [
    lines[start],
    ...rest.slice(
      0,
      rest.findIndex((line) => !line.startsWith('  - ')),
    ),
  ];
}

it('says of which scopes a fact holds, where it is not true of all that a tool says', () => {
  expect(factOf('Kepler', 'Leaves out')).toEqual([
    '- Leaves out:',
    '  - package, dram, platform, core, uncore, process, service, vm: power supply, fans, disks, network, accelerators.',
    '  - wall: nothing.',
  ]);
});

it('names the fields where they have one scope, and says what holds of all in one line', () => {
  expect(factOf('Tasmota', 'Known errors').map((line) => line.slice(0, 20))).toEqual([
    '- Known errors:',
    '  - `ENERGY_Power`: ',
    '  - `ENERGY_Total`: ',
  ]);
  expect(factOf('Tasmota', 'Leaves out')).toEqual(['- Leaves out: nothing of the machine; the cooling of the room.']);
});
