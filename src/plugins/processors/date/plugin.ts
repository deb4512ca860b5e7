import { z } from 'zod';
import { ConfigError } from '../../../config/diagnostics.ts';
import { duration } from '../../../config/options.ts';
import { goTimeWriter } from '../../../formats/go-time/write-layout.ts';
import { Kind } from '../../../metric/kind.ts';
import { defineProcessor, type Processor } from '../../../pipeline/plugin.ts';
import { bindField, bindTag, countedDate, laterBy } from './bind-date.ts';
import { dateText, type DateText } from './date-text.ts';
import { findZoneClock } from './zone-clock.ts';

export const date = defineProcessor({
  id: 'date',
  summary: "Writes a metric's time into a tag or a field.",
  schema: z.strictObject({
    tag_key: z.string().default('').describe('The tag to set: this or `field_key`.'),
    field_key: z.string().default('').describe('The field to set.'),
    date_format: z
      .string()
      .default('')
      .describe(
        'How the time is written: a layout of Go, which shows the moment `Mon Jan 2 15:04:05 MST 2006` (`2006-01-02`, `Jan`); into a field also `unix`, `unix_ms`, `unix_us` or `unix_ns`, as an integer.',
      ),
    date_offset: duration().prefault('0s').describe('Added to the time before it is written; may be negative (`-24h`).'),
    timezone: z
      .string()
      .default('UTC')
      .describe('Whose clocks the layout shows: `UTC`, `Local`, or a name of the time zone database (`Europe/Paris`).'),
  }),
  example: `processors:
  - date:
      tag_key: month
      date_format: Jan
      timezone: Europe/Paris
`,
  sample: `energy,host=kvm-0 joules_delta=812.5 1767225590000000000
`,
  differences: [
    {
      option: 'timezone',
      verdict: 'different',
      why: "Offsets are those of Node's time zone data, which may be newer than the system's; where the system has none, `MST` shows an offset for zones whose names Node does not know.",
    },
    {
      option: 'date_format',
      verdict: 'better',
      why: 'A format that shows nothing of the time is warned of; Telegraf writes the same text to every metric.',
    },
  ],
  create(config, { interner, log }): Processor {
    const { tag_key: tagKey, field_key: fieldKey, date_format: format, date_offset: offsetMs, timezone } = config;
    if (tagKey !== '' && fieldKey !== '') {
      throw new ConfigError('field_key and tag_key cannot be specified at the same time', ['field_key']);
    }
    if (tagKey === '' && fieldKey === '') throw new ConfigError('at least one of field_key or tag_key must be specified');
    const zone = findZoneClock(timezone);
    if (zone === undefined) throw new ConfigError(`timezone: unknown time zone ${timezone}`, ['timezone']);
    const counted = fieldKey === '' ? undefined : countedDate(format);
    if (counted === undefined && goTimeWriter(format).elements.length === 0) {
      log.warn(`date_format ${JSON.stringify(format)} shows nothing of the time: every metric gets the same text`);
    }
    const later = laterBy(offsetMs);
    const write = dateText(format, zone);
    const text: DateText = (ms, ns) => write(...later(ms, ns));
    if (tagKey !== '') return { bind: (shape) => bindTag(shape, tagKey, text, interner) };
    const value = counted ?? ((ms, ns) => ({ kind: Kind.String, value: write(ms, ns) }));
    return { bind: (shape) => bindField(shape, fieldKey, (ms, ns) => value(...later(ms, ns)), interner) };
  },
});
