import { z } from 'zod';
import { duration } from '../../../config/options.ts';
import { languages, type CatalogueRow, type Language } from '../../../equivalents/catalogue.ts';
import { languageOf } from '../../../equivalents/language.ts';
import { countText } from '../../../equivalents/words.ts';
import { defineOutput } from '../../../pipeline/plugin.ts';
import { terminal } from '../../../telemetry/terminal.ts';
import { loadCatalogue } from '../../shared/catalogue.ts';
import { ConsoleOutput } from './console.ts';
import { numberTexts } from './numbers.ts';
import { SampleEncoder } from './samples.ts';
import { fit } from './width.ts';
import { words } from './words.ts';

/** Faster than this is not calm. */
const LEAST_INTERVAL_MS = 500;
const TABLE_INTERVAL_MS = 1000;
const LINES_INTERVAL_MS = 10_000;

const MAX_ID_WIDTH = 32;

const schema = z.strictObject({
  language: z
    .enum(['auto', ...languages])
    .default('auto')
    .describe('Language of the table; `auto` takes that of the environment (LC_ALL, LC_MESSAGES, LANG), English if it is another one.'),
  interval: duration()
    .optional()
    .describe(
      'How often the table is drawn, 1s unless set; where the output is no terminal, how often a line per host is written, 10s unless set. 500ms at least.',
    ),
  catalogue: z
    .string()
    .optional()
    .describe('The file that the processor `equivalents` has in its `catalogue`, for the names of your own rows.'),
  next_step: z
    .string()
    .default('')
    .describe(
      'The line that a newcomer has to put into `telegraf.conf` under `[[outputs.influxdb]]`, shown below the table. Empty: nothing.',
    ),
});

export const console = defineOutput({
  id: 'console',
  summary: 'A small live table on the terminal: what every host draws now, what it has used since the start, and what that equals.',
  schema,
  example: `outputs:
  - console:
      language: en
      next_step: 'urls = ["http://127.0.0.1:8186"]'
`,
  sample: {
    of: 'recordings/kvm-0.lp, played 200 times as fast and led through the processors energy and equivalents,',
    gave: `2026-11-30T22:10:17Z kvm-0: 162.1 W, 3.63 Wh since start, ≈ 18 LED bulbs, ≈ 0.36 full charges of a Galaxy S4-class battery
2026-11-30T22:10:19Z kvm-0: 155.4 W, 20.87 Wh since start, ≈ 17 LED bulbs, ≈ 2.1 full charges of a Galaxy S4-class battery
`,
  },
  create(config, context) {
    const language = config.language === 'auto' ? languageOf(process.env) : config.language;
    const numbers = numberTexts(language);
    const catalogue = loadCatalogue(context.baseDirectory, config.catalogue);
    return new ConsoleOutput({
      encoder: new SampleEncoder(context.interner),
      view: {
        words: words[language],
        numbers,
        equivalentText: (id, value) => equivalentText(catalogue.get(id), id, value, language),
        color: terminal.isLive && !process.env['NO_COLOR'],
        nextStep: config.next_step,
      },
      terminal,
      clock: context.clock,
      intervalMs: Math.max(LEAST_INTERVAL_MS, config.interval ?? (terminal.isLive ? TABLE_INTERVAL_MS : LINES_INTERVAL_MS)),
    });
  },
});

/** `24 LED bulbs`; by its id where another bridge, with another catalogue, has made it. */
function equivalentText(row: CatalogueRow | undefined, id: string, value: number, language: Language): string {
  if (row !== undefined) return countText(value, row, language);
  const number = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 }).format(value);
  return `${number} × ${fit(id, MAX_ID_WIDTH)}`;
}
