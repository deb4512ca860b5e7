import type { StoredOutput } from '../../queue/disk/reader.ts';
import { printable } from '../../telemetry/printable.ts';
import { ageText, bytesText, pointsText } from './amounts.ts';

/** What waits for each output, and what it refused: one line each, in columns. */
export function statusText(outputs: readonly StoredOutput[], nowMs: number): string {
  if (outputs.length === 0) return 'no output has ever had anything to send';
  const rows = outputs.map((output) => rowOf(output, nowMs));
  const widths = ['name', 'waiting', 'bytes', 'oldest', 'letters'].map((_, at) => Math.max(...rows.map((row) => row[at].length)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function rowOf({ name, depth, deadLetters }: StoredOutput, nowMs: number): string[] {
  const oldest = depth.oldestMs === undefined ? '' : `oldest ${ageText(nowMs - depth.oldestMs)} ago`;
  const letters =
    deadLetters.letters === 0
      ? 'no dead letters'
      : `${deadLetters.letters.toLocaleString('en')} dead letter${deadLetters.letters === 1 ? '' : 's'} with ${pointsText(deadLetters.points)}`;
  return [printable(name), `${pointsText(depth.points)} waiting`, bytesText(depth.bytes), oldest, letters];
}
