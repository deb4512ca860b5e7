/** The golden cases in which Wattbridge ends otherwise than Telegraf on purpose, from the lines `ours: <reason>` in their case.txt. */
import { glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface GoldenDifference {
  /** `group/case` */
  readonly name: string;
  readonly why: string;
}

/** All of them, by name. */
export async function readGoldenDifferences(folder: string): Promise<GoldenDifference[]> {
  const differences: GoldenDifference[] = [];
  for await (const file of glob('*/*/case.txt', { cwd: folder })) {
    const why = /^ours: (.*)$/m.exec(await readFile(join(folder, file), 'utf8'))?.[1];
    if (why !== undefined) differences.push({ name: dirname(file), why });
  }
  return differences.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
