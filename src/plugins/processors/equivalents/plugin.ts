import { z } from 'zod';
import { ConfigError } from '../../../config/diagnostics.ts';
import { nearest } from '../../../config/suggest.ts';
import { languages, themes, type Catalogue } from '../../../equivalents/catalogue.ts';
import { defineProcessor } from '../../../pipeline/plugin.ts';
import { loadCatalogue } from '../../shared/catalogue.ts';
import { Choices } from './choices.ts';
import { bindEquivalents } from './equivalents.ts';

/** Those that the lab published: few enough for every point, known to whoever has the lab's dashboards. */
const USUAL = ['led_bulb', 'smartphone_s4_charge', 'mac_pro_idle', 'ps5_standby', 'ps5_menu', 'e_bike_km', 'tv_19_inch'];

export const equivalents = defineProcessor({
  id: 'equivalents',
  summary:
    'Says what energy, its carbon and its cost equal in things people can picture: light bulbs, phone charges, kilometres by e-bike.',
  schema: z.strictObject({
    scopes: z.array(z.string()).default(['host']).describe('Scopes of `energy`, `carbon` and `cost` to do it for: host, package, dram, …'),
    ids: z
      .array(z.string())
      .optional()
      .describe(
        `Equivalents to give, by their ids in the catalogue (docs/equivalents.md). Unset: ${USUAL.join(', ')}; with \`choose\`, all may be chosen.`,
      ),
    choose: z
      .int()
      .min(1)
      .max(10)
      .optional()
      .describe(
        'Gives only so many, those that read best (between 1 and 1,000), with the field `text` that says it in words and the tag `choice`; each stays until it no longer reads well.',
      ),
    language: z.enum(languages).default('en').describe('Language of `text`.'),
    themes: z.array(z.enum(themes)).min(1).optional().describe('Themes to choose from; all when unset.'),
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
  sample: `powerstat_package,host=kvm-0,package_id=0 current_power_consumption_watts=74.9 1767225580000000000
powerstat_package,host=kvm-0,package_id=0 current_power_consumption_watts=75.1 1767225590000000000
`,
  create({ catalogue: file, scopes: wanted, ids, choose, language, themes: only }, context) {
    const all = loadCatalogue(context.baseDirectory, file);
    const scopes = new Set(wanted);
    if (choose === undefined) {
      if (only !== undefined) throw new ConfigError('themes are for a choice; set choose, or name ids', ['themes']);
      const catalogue = pick(ids ?? USUAL, all);
      return { bind: (shape) => bindEquivalents(shape, scopes, catalogue, context.interner) };
    }
    const catalogue = ids === undefined ? all : pick(ids, all);
    return new Choices({ scopes, catalogue, count: choose, language, themes: only }, context.interner);
  },
});

function pick(ids: readonly string[], catalogue: Catalogue): Catalogue {
  return new Map(
    ids.map((id, index) => {
      const row = catalogue.get(id);
      if (row !== undefined) return [id, row];
      const meant = nearest(id, catalogue.keys());
      const hint = meant === undefined ? 'docs/equivalents.md and `wattbridge equivalents` list them' : `did you mean "${meant}"?`;
      throw new ConfigError(`no equivalent "${id}" in the catalogue; ${hint}`, ['ids', index]);
    }),
  );
}
