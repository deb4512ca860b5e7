/**
 * What the program says of quantities, in both languages, as a reader of either has to find it: read the two files from top to
 * bottom after every change of the catalogue (`npx vitest run test/golden/equivalents.test.ts -u` writes them).
 */
import { describe, expect, it } from 'vitest';
import { languages } from '../../src/equivalents/catalogue.ts';
import { choose } from '../../src/equivalents/choose.ts';
import { parseQuantity, type Quantity } from '../../src/equivalents/quantity.ts';
import { describe as describeAll, quantityText, sentence } from '../../src/equivalents/words.ts';
import { shippedCatalogue as catalogue } from '../support/catalogue.ts';

const QUANTITIES = ['1 W', '27 W', '117 W', '1.2 kW', '45 kW', '0.3 Wh', '4.7 Wh', '130 Wh', '12.5 kWh', '870 kWh', '2 gCO2e', '700 gCO2e', '85 kgCO2e', '0.30 €', '40 €'];

const WINDOWS: readonly Quantity[] = [
  { kind: 'energy', joules: 97_200, seconds: 3600 },
  { kind: 'energy', joules: 10_108_800, seconds: 86_400 },
  { kind: 'energy', joules: 64_800, seconds: 2400 },
];

function quantity(text: string): Quantity {
  const parsed = parseQuantity(text);
  if (parsed === undefined) throw new Error(`no quantity: ${text}`);
  return parsed;
}

describe.each(languages)('what it says in %s', (language) => {
  it('of quantities and windows, chosen', async () => {
    const blocks = [...QUANTITIES.map(quantity), ...WINDOWS].map((of) => {
      const window = of.kind === 'energy' && of.seconds !== undefined ? ` / ${of.seconds} s` : '';
      const lines = choose(of, catalogue, { count: 5 }).flatMap((choice) => {
        const row = catalogue.get(choice.id);
        return row === undefined ? [] : [`  ${sentence(choice, row, language)}`];
      });
      return [`${quantityText(of, language)}${window}`, ...lines, ''].join('\n');
    });
    await expect(blocks.join('\n')).toMatchFileSnapshot(`equivalents/chosen.${language}.txt`);
  });

  it('of every row, for one and for many', async () => {
    const texts = ['100 W', '5 kWh', '3 kgCO2e', '5 €'].flatMap((text) => describeAll(quantity(text), catalogue, language));
    const lines = [...catalogue.keys()].map((id) => `${id}: ${texts.filter((one) => one.id === id).map(({ text }) => text).join(' | ')}`);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`equivalents/rows.${language}.txt`);
  });
});
