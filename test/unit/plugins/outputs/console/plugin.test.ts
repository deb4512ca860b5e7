import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Output } from '../../../../../src/pipeline/plugin.ts';
import { console as consolePlugin } from '../../../../../src/plugins/outputs/console/plugin.ts';
import { languageOf } from '../../../../../src/equivalents/language.ts';
import { testContext } from '../../../../support/context.ts';
import { parsePoints } from '../../../../support/points.ts';

const SAMPLE = `energy,host=kvm-0,scope=host,source=powerstat_package watts=251,joules_delta=36000,joules_total=36000 1760000000000000000
equivalent,host=kvm-0,scope=host,source=powerstat_package,equivalent=led_bulb,kind=power value=27.9 1760000000000000000
equivalent,host=kvm-0,scope=host,source=powerstat_package,equivalent=e_bike_km,kind=energy value=1.39 1760000000000000000
`;

let written: string;

beforeEach(() => {
  written = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => (written += String(text)) !== '');
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

async function show(options: object, lines = SAMPLE): Promise<string> {
  const context = testContext();
  const output: Output = consolePlugin.create(consolePlugin.schema.parse(options), context);
  for (const payload of output.encode(parsePoints(context.interner, lines), 1000)) {
    await output.send(payload, { signal: AbortSignal.abort(), resent: false });
  }
  await output.close?.();
  return written;
}

describe('the console output', () => {
  it('names equivalents as the catalogue does, in the language asked for', async () => {
    expect(await show({ language: 'en' })).toContain('kvm-0: 251.0 W, 10.00 Wh since start, ≈ 28 LED bulbs, ≈ 1.4 km by e-bike\n');
    written = '';
    expect(await show({ language: 'fr' })).toContain(
      'kvm-0: 251,0 W, 10,00 Wh depuis le début, ≈ 28 ampoules à LED, ≈ 1,4 km à vélo électrique\n',
    );
  });

  it('shows small amounts in the smaller unit, and no more digits than the figure has', async () => {
    const lines = SAMPLE.replace('value=1.39', 'value=0.2222');
    expect(await show({ language: 'en' }, lines)).toContain('≈ 220 metres by e-bike\n');
  });

  it('takes equivalents that were chosen for those of the same host', async () => {
    const lines = SAMPLE.replace(',equivalent=led_bulb', ',choice=1,equivalent=led_bulb').replace(
      'value=27.9',
      'text="about 28 LED bulbs",value=27.9',
    );
    expect(await show({ language: 'en' }, lines)).toContain('since start, ≈ 28 LED bulbs, ≈ 1.4 km by e-bike\n');
  });

  it('takes the language of the environment unless told otherwise', async () => {
    vi.stubEnv('LC_ALL', 'fr_FR.UTF-8');
    expect(await show({})).toContain('ampoules à LED');
  });

  it('calls an equivalent that it does not know by its id, escaped', async () => {
    const lines = SAMPLE.replaceAll('led_bulb', '\x1b[2Jkettle');
    expect(await show({ language: 'en' }, lines)).toContain('≈ 28 × \\x1b[2Jkettle');
  });
});

describe('the language of an environment', () => {
  it.each([
    [{ LANG: 'fr_FR.UTF-8' }, 'fr'],
    [{ LANG: 'fr_FR.UTF-8', LC_ALL: 'en_US.UTF-8' }, 'en'],
    [{ LANG: 'C', LC_MESSAGES: 'fr_CA' }, 'fr'],
    [{ LANG: 'de_DE.UTF-8' }, 'en'],
    [{}, 'en'],
  ])('%j is %s', (environment, language) => {
    expect(languageOf(environment)).toBe(language);
  });
});
