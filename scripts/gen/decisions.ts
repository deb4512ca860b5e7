/** The list of decisions, from the pages' own headings. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Numbers go by subject, ten to each; a subject that is full goes on at the next free ten. */
const SUBJECTS: Readonly<Record<string, string>> = {
  '000': 'The house',
  '001': 'Energy and equivalents',
  '002': 'Inputs',
  '003': 'Outputs',
  '004': 'Filters, processors, aggregators',
  '005': 'Telemetry',
  '006': 'Configuration',
  '009': 'Energy, in depth',
};

export interface DecisionPage {
  /** `0001-node-runs-typescript.md` */
  readonly file: string;
  readonly text: string;
}

/** The pages of a folder, in order. */
export async function readDecisions(folder: string): Promise<DecisionPage[]> {
  const files = (await readdir(folder)).filter((file) => /^\d{4}-.*\.md$/.test(file)).toSorted();
  return Promise.all(files.map(async (file) => ({ file, text: await readFile(join(folder, file), 'utf8') })));
}

/** `docs/decisions/README.md`. Throws for a page whose heading lacks its number, and for two pages of one number. */
export function decisionsPage(pages: readonly DecisionPage[]): string {
  const lines = ['<!-- Written by `npm run gen` from the pages beside it. Do not edit. -->', '', '# Decisions', ''];
  lines.push('Choices that the next one could doubt, each with its reason and its price.');
  let subject = '';
  let before = '';
  for (const { file, text } of pages) {
    const number = file.slice(0, 4);
    const title = /^# (\d{4})\. (.+)$/m.exec(text);
    if (title?.[1] !== number) throw new Error(`${file} must begin with "# ${number}. " and a title`);
    if (number === before) throw new Error(`${file}: there is another decision ${number}; take the next free number`);
    before = number;
    if (number.slice(0, 3) !== subject) {
      subject = number.slice(0, 3);
      lines.push('', `## ${SUBJECTS[subject] ?? 'More'}`, '');
    }
    lines.push(`- [${number}](${file}) ${title[2]}`);
  }
  return `${lines.join('\n')}\n`;
}
