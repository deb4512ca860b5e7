import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { wattbridge } from '../support/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'wattbridge-equivalents-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('wattbridge equivalents', () => {
  it('says what a quantity equals, in the language asked for', async () => {
    const { code, stdout } = await wattbridge(['equivalents', '12.5kWh', '--lang', 'fr', '--count', '2']);

    expect(stdout).toBe('12,5\u00a0kWh ≈\n  60 km en voiture électrique\n  7 douches chaudes de cinq minutes\n');
    expect(code).toBe(0);
  });

  it('takes money too, and writes JSON', async () => {
    const { code, stdout } = await wattbridge(['equivalents', '10', '€', '--format', 'json', '--count', '1']);

    expect(JSON.parse(stdout)).toEqual({
      quantity: { kind: 'cost', euros: 10 },
      equivalents: [{ id: 'baguette_price', value: 10 / 1.08, text: '9 baguettes bought in a French city' }],
    });
    expect(code).toBe(0);
  });

  it('writes the catalogue for a spreadsheet, with a byte order mark where that is asked for', async () => {
    const { stdout } = await wattbridge(['equivalents', '--format', 'csv', '--bom', '--theme', 'heat', 'food']);

    expect(stdout).toMatch(/^\uFEFFid,kind,theme,.*\r\nkettle_litre,energy,heat,/);
    expect(stdout).not.toContain('led_bulb');
  });

  it('lists the catalogue with its sources', async () => {
    const { stdout } = await wattbridge(['equivalents', '--lang', 'en']);

    expect(stdout).toContain('e_bike_km: km by e-bike, 7.2\u00a0Wh\n    Bicycle with an electric kit');
  });

  it.each([
    [['12', 'parsecs'], '"12 parsecs" is no power, energy, greenhouse gas or money; write a number and a unit'],
    [['1W', '--count', '0'], 'give a whole number above 0'],
    [['--catalogue', '/nowhere.yaml'], "can't be read"],
  ])('ends with a clear line for %j', async (args, reason) => {
    const { code, stderr } = await wattbridge(['equivalents', ...args]);

    expect(stderr).toContain(reason);
    expect(code).not.toBe(0);
  });

  it("is checked together with a pipeline: an error in one's own catalogue is shown with its line", async () => {
    const phone = `version: 1
equivalents:
  my_phone:
    kind: energy
    unit: Wh
    subject: smartphone_charge
    value: { typical: 150 }
    names: { en: { one: charge, other: charges }, fr: { one: charge, other: charges } }
    source: { title: Label, publisher: Maker, url: "https://example.org", year: 2026 }
`;
    writeFileSync(join(folder, 'mine.yaml'), phone);
    writeFileSync(
      join(folder, 'pipeline.yaml'),
      'inputs: [{ file: { files: [in.lp] } }]\nprocessors:\n  - equivalents: { choose: 3, catalogue: mine.yaml }\noutputs: [{ file: { files: [out.lp] } }]\n',
    );

    const { code, stderr } = await wattbridge(['check', 'pipeline.yaml'], { cwd: folder });

    expect(stderr).toContain(
      'mine.yaml:7:5: equivalents.my_phone.value: 150 Wh is not plausible for smartphone_charge, which takes 7 to 30 Wh',
    );
    expect(stderr).toContain('  7 |     value: { typical: 150 }\n    |     ^^^^^');
    expect(code).not.toBe(0);
  });
});
