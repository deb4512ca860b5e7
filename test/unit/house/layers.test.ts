import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { forbiddenImport } from '../../../scripts/lint/layers.ts';

function check(file: string, specifier: string): string | undefined {
  return forbiddenImport(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), specifier);
}

describe('the one-way dependency rule', () => {
  it.each([
    ['src/formats/line-protocol/parse.ts', '../../metric/interner.ts'],
    ['src/pipeline/plugin.ts', '../queue/payload.ts'],
    ['src/plugins/inputs/file/plugin.ts', './tail.ts'],
    ['src/plugins/inputs/file/plugin.ts', '../../../formats/line-protocol/parse.ts'],
    ['src/plugins/inputs/file/plugin.ts', '../../shared/line-format.ts'],
    ['src/plugins/shared/line-blocks.ts', './character-encoding.ts'],
    ['src/plugins/registry.generated.ts', './inputs/file/plugin.ts'],
    ['src/cli/run.ts', '../plugins/registry.generated.ts'],
    ['src/main.ts', './cli/program.ts'],
    ['src/metric/text.ts', 'node:util'],
    ['src/plugins/inputs/file/plugin.ts', 'node:fs'],
    ['test/unit/x.test.ts', '../../src/main.ts'],
  ])('lets %s import %s', (file, specifier) => {
    expect(check(file, specifier)).toBeUndefined();
  });

  it.each([
    ['src/metric/text.ts', '../formats/line-protocol/parse.ts', 'metric may not import formats; it may import nothing but itself'],
    ['src/energy/counter.ts', '../pipeline/plugin.ts', 'energy may not import pipeline'],
    ['src/queue/memory/memory-store.ts', '../../pipeline/plugin.ts', 'queue may not import pipeline'],
    ['src/pipeline/pipeline.ts', '../plugins/registry.generated.ts', 'pipeline may not import plugins'],
    ['src/config/load.ts', '../pipeline/plugin.ts', 'config may not import pipeline'],
    ['src/plugins/inputs/file/plugin.ts', '../../../cli/run.ts', 'plugins may not import cli'],
    ['src/main.ts', './plugins/registry.generated.ts', 'main.ts may not import plugins'],
    ['src/plugins/inputs/file/plugin.ts', '../replay/read.ts', 'a plugin never imports another plugin (inputs/replay)'],
    ['src/plugins/inputs/file/plugin.ts', '../../outputs/file/write.ts', 'a plugin never imports another plugin (outputs/file)'],
    [
      'src/plugins/shared/line-blocks.ts',
      '../inputs/file/plugin.ts',
      'src/plugins/shared serves all plugins; it never imports one (inputs/file)',
    ],
    ['src/cli/run.ts', '../../test/support/servers.ts', 'src/ stands alone; it never imports test/support/servers.ts'],
    ['src/elsewhere/x.ts', '../metric/text.ts', 'src/elsewhere is not in the table'],
    ['src/energy/counter.ts', 'node:fs', 'energy is pure and may not import node:fs'],
    ['src/formats/line-protocol/parse.ts', 'node:http', 'formats is pure and may not import node:http'],
  ])('refuses that %s imports %s', (file, specifier, reason) => {
    expect(check(file, specifier)).toContain(reason);
  });
});
