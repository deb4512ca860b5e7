/** Dead letters as text for people, and as line protocol for programs. */
import { decodeText } from '../../metric/text.ts';
import type { OutputDefinition } from '../../pipeline/registry.ts';
import { pluginOf } from '../../queue/orphans.ts';
import type { DeadLetter } from '../../queue/store.ts';
import { errorText } from '../../telemetry/error-text.ts';
import { cut, printable } from '../../telemetry/printable.ts';
import { pointsText } from './amounts.ts';

/** Lines of a letter that are shown, and characters of each. */
const SHOWN_LINES = 3;
const SHOWN_CHARACTERS = 300;

export type Outputs = ReadonlyMap<string, OutputDefinition>;

/** When, where and why, and the first lines of it. What comes from outside is escaped. */
export function letterText(letter: DeadLetter, outputs: Outputs): string {
  const { id, output, atMs, points, destination, reason } = letter;
  const head = `${id}  ${new Date(atMs).toISOString()}  ${output}  ${pointsText(points)} for ${destination === '' ? '(no destination)' : destination}`;
  const lines = linesOf(letter, outputs);
  const text = 'problem' in lines ? `(${lines.problem})` : decodeText(lines.bytes, 0, lines.bytes.length).trimEnd();
  const all = text.split('\n');
  const more = all.length > SHOWN_LINES ? [`… ${(all.length - SHOWN_LINES).toLocaleString('en')} more lines`] : [];
  const shown = [reason, ...all.slice(0, SHOWN_LINES), ...more].map((line) => `    ${printable(cut(line, SHOWN_CHARACTERS))}`);
  return [printable(head), ...shown].join('\n');
}

/** A letter as line protocol, its reason in a comment before it. Every byte of the lines is as it was refused. */
export function letterLines(letter: DeadLetter, outputs: Outputs): Buffer {
  const lines = linesOf(letter, outputs);
  const said = `# ${printable(`${letter.id} ${letter.output}: ${letter.reason}`)}\n`;
  if ('problem' in lines) return Buffer.from(`${said}# ${lines.problem}\n`);
  const end = lines.bytes.at(-1) === 0x0a ? '' : '\n';
  return Buffer.concat([Buffer.from(said), lines.bytes, Buffer.from(end)]);
}

function linesOf(letter: DeadLetter, outputs: Outputs): { readonly bytes: Buffer } | { readonly problem: string } {
  const toLines = outputs.get(pluginOf(letter.output).replace(/^outputs\./, ''))?.toLines;
  if (toLines === undefined) return { problem: `${letter.body.length} bytes in a form that has no line protocol` };
  try {
    return { bytes: toLines(letter) };
  } catch (error) {
    return { problem: `${letter.body.length} bytes that can't be read: ${errorText(error)}` };
  }
}
