import { goTimeWriter } from '../../../formats/go-time/write-layout.ts';
import type { ZoneClock } from './zone-clock.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
/** Since 1972 no zone has changed its clocks at anything but a whole quarter of an hour, or been ahead of UTC by anything else. */
const QUARTER_MS = 15 * MINUTE_MS;
const QUARTERS_SINCE_MS = Date.UTC(1973, 0);

/** A time as text. */
export type DateText = (ms: number, ns: number) => string;

/**
 * Writes times in a layout of Go, as the clocks of a zone show them. The points of a batch have nearly the same time, so the last text
 * is remembered as long as it holds.
 */
export function dateText(layout: string, zone: ZoneClock): DateText {
  const writer = goTimeWriter(layout);
  const showsName = writer.elements.includes('MST');
  const stepMs = stepOf(writer.elements);
  let fromMs = 0;
  let toMs = 0;
  let text = '';
  return (ms, ns) => {
    if (ms >= fromMs && ms < toMs) return text;
    const heldMs = ms < QUARTERS_SINCE_MS ? Math.min(stepMs, SECOND_MS) : stepMs;
    fromMs = heldMs === 0 ? ms : Math.floor(ms / heldMs) * heldMs;
    toMs = fromMs + heldMs;
    const offsetMinutes = zone.offset(ms);
    text = writer.write({ wallMs: ms + offsetMinutes * MINUTE_MS, ns, offsetMinutes, zoneName: showsName ? zone.names(ms) : '' });
    return text;
  };
}

/** How long a text holds, from each multiple of it on; 0: it shows parts of a second. */
function stepOf(elements: readonly string[]): number {
  if (elements.some((element) => /^[.,]/.test(element))) return 0;
  if (elements.includes('05') || elements.includes('5')) return SECOND_MS;
  return elements.includes('04') || elements.includes('4') ? MINUTE_MS : QUARTER_MS;
}
