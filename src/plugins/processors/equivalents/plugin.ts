import { z } from 'zod';
import { ConfigError } from '../../../config/diagnostics.ts';
import { nearest } from '../../../config/suggest.ts';
import type { Catalogue } from '../../../equivalents/catalogue.ts';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { loadCatalogue } from '../../shared/catalogue.ts';
import { bindEquivalents } from './equivalents.ts';

export const equivalents = defineProcessor({
  id: 'equivalents',
  summary: 'Says what energy equals in things people can picture: light bulbs, phone charges, kilometres by e-bike.',
  schema: z.strictObject({
    scopes: z.array(z.string()).default(['host']).describe('Scopes of `energy` to do it for: host, package, dram, …'),
    ids: z.array(z.string()).optional().describe('Equivalents to give, by their ids in the catalogue; all of them when unset.'),
    catalogue: z
      .string()
      .optional()
      .describe('A file of your own in the form of config/equivalents.yaml: its rows replace those of the same id and extend the others.'),
  }),
  example: `processors:
  - energy: {}
  - equivalents:
      scopes: [host]
      ids: [led_bulb, smartphone_s4_charge, e_bike_km]
`,
  create(config, context) {
    const catalogue = loadCatalogue(context.baseDirectory, config.catalogue);
    const wanted = config.ids === undefined ? catalogue : choose(config.ids, catalogue);
    return { bind: (shape) => bindEquivalents(shape, new Set(config.scopes), wanted, context.interner) };
  },
});

function choose(ids: readonly string[], catalogue: Catalogue): Catalogue {
  return new Map(
    ids.map((id, index) => {
      const row = catalogue.get(id);
      if (row !== undefined) return [id, row];
      const meant = nearest(id, catalogue.keys());
      const hint = meant === undefined ? `there are ${[...catalogue.keys()].join(', ')}` : `did you mean "${meant}"?`;
      throw new ConfigError(`no equivalent "${id}" in the catalogue; ${hint}`, ['ids', index]);
    }),
  );
}
