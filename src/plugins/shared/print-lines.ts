import { lineEnds } from '../../formats/line-protocol/split.ts';
import { decodeText } from '../../metric/text.ts';
import { printable } from '../../telemetry/printable.ts';
import type { Terminal } from '../../telemetry/terminal.ts';

/**
 * Prints lines of line protocol: the very bytes where a program or a file takes them. On a terminal, what would steer it is shown as
 * an escape, since tags hold the command lines of other people's processes; a line end inside a string is one such thing.
 */
export function printLines(lines: Buffer, terminal: Terminal): void {
  if (!terminal.isLive) return terminal.writeBytes(lines);
  let from = 0;
  for (const end of lineEnds(lines)) {
    terminal.writeOut(printable(decodeText(lines, from, end - 1)));
    from = end;
  }
}
