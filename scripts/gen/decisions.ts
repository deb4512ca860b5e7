/** The list of decisions, from the pages' own headings. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Subjects with the number of their first page; what comes after the last of them belongs to it. */
const SUBJECTS: readonly (readonly [from: string, subject: string])[] = [
  ['0000', 'The house'],
  ['0010', 'Energy and equivalents'],
  ['0020', 'Inputs'],
  ['0030', 'Outputs'],
  ['0040', 'Filters, processors, aggregators'],
  ['0050', 'Telemetry'],
  ['0060', 'Configuration'],
  ['0070', 'Sources: what is scraped'],
  ['0082', 'Sources: the machine itself, and files'],
  ['0090', 'Energy, in depth'],
  ['0100', 'The queue on the disk, and its senders'],
  ['0112', 'Answers of servers'],
  ['0120', 'Equivalents, in depth'],
  ['0125', 'Queues in Redis'],
  ['0130', 'Time and memory, as reviews found them'],
  ['0150', "Telegraf's processors"],
  ['0170', "Telegraf's aggregators, and the windows"],
  ['0180', 'Scripts'],
  ['0190', 'Configuration files, as Telegraf users have them'],
  ['0200', 'The command line, and the life of the process'],
  ['0210', "Telegraf's inputs and outputs"],
  ['0230', 'Time and memory of the durable path'],
  ['0231', 'What a source says beside a value'],
  ['0236', 'Answers of servers, as an audit found them'],
  ['0240', "Reloads, and Telegraf's files, further"],
  ['0245', 'Time and memory of remote write'],
];

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
    if (subjectOf(number) !== subject) {
      subject = subjectOf(number);
      lines.push('', `## ${subject}`, '');
    }
    lines.push(`- [${number}](${file}) ${title[2]}`);
  }
  return `${lines.join('\n')}\n`;
}

function subjectOf(number: string): string {
  return SUBJECTS.findLast(([from]) => from <= number)?.[1] ?? '';
}
