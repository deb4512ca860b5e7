/** The table as lines of text: no I/O, no clock, so that a test can read it. */
import { readableEquivalents } from './equals.ts';
import type { ConsoleModel, HostEquivalent, HostRow } from './model.ts';
import type { NumberTexts } from './numbers.ts';
import { fit, padLeft, padRight, widthOf } from './width.ts';
import type { Words } from './words.ts';

/** A host that has said nothing for so long shows no present watts. */
const QUIET_MS = 60_000;

const MAX_HOST_WIDTH = 32;
/** Shorter names say nothing; a terminal that has no room for that cuts lines. */
const MIN_HOST_WIDTH = 4;
/** With the gap before it; less would be a mark of the cut and nothing else. */
const MIN_EQUALS_WIDTH = 8;
const GAP = '   ';

/** Lines of the table that are not hosts: blank and heading above; more, blank, two of the next step, status and the cursor's below. */
const OTHER_LINES = 8;

/** Hosts in plain lines, one flush. */
const MAX_PLAIN_HOSTS = 50;

export interface View {
  readonly words: Words;
  readonly numbers: NumberTexts;
  /** An amount of an equivalent in words: `24 LED bulbs`. */
  readonly equivalentText: (id: string, value: number) => string;
  readonly color: boolean;
  /** What to do next, or empty. */
  readonly nextStep: string;
}

export interface Frame {
  readonly columns: number;
  readonly rows: number;
  readonly nowMs: number;
  readonly uptimeSeconds: number;
}

interface Cells {
  readonly host: string;
  readonly now: string;
  readonly energy: string;
  /** What power equals, then what energy equals: of each the best first, of which one is shown. */
  readonly equals: readonly (readonly string[])[];
}

/** The table for a terminal; every line fits its width, and all of them its height. */
export function tableLines(model: ConsoleModel, view: View, frame: Frame): string[] {
  const rows = model.rows();
  const shown = rows.slice(0, Math.max(1, frame.rows - OTHER_LINES));
  const { words } = view;
  const heading: Cells = { host: words.host, now: words.now, energy: words.sinceStart, equals: [[words.equals]] };
  const nameOf = rowNames(rows, view);
  const cells = [heading, ...shown.map((row) => cellsOf(nameOf(row), row, view, frame.nowMs))];
  const lines = layOut(cells, frame.columns - 1).map((line, index) => (index === 0 ? dim(line, view) : line));
  return [
    '',
    ...(rows.length === 0 ? [fit(`  ${words.waiting}`, frame.columns - 1)] : lines),
    ...moreLine(rows.length - shown.length, model, view),
    '',
    ...footLines(model, view, frame),
  ];
}

/** One line per host, for a file or a pipe. */
export function plainLines(model: ConsoleModel, view: View, frame: Frame): string[] {
  const { words } = view;
  const rows = model.rows();
  const time = `${new Date(frame.nowMs).toISOString().slice(0, 19)}Z`;
  const nameOf = rowNames(rows, view);
  const lines = rows.slice(0, MAX_PLAIN_HOSTS).map((row) => {
    const { host, now, energy, equals } = cellsOf(nameOf(row), row, view, frame.nowMs);
    return `${time} ${[`${host}: ${now}`, `${energy} ${words.sinceStart}`, ...equals.flatMap((choice) => choice.slice(0, 1))].join(', ')}`;
  });
  if (rows.length === 0) lines.push(`${time} ${words.waiting} (${words.points(view.numbers.count(model.points))})`);
  return [...lines, ...moreLine(rows.length - MAX_PLAIN_HOSTS, model, view)];
}

/** What a row is called: its host, what measured it where that tells two rows of one host apart, and whether it is recorded. */
function rowNames(rows: readonly HostRow[], { words }: View): (row: HostRow) => string {
  const seen = new Set<string>();
  const ambiguous = new Set(rows.map(({ host }) => host).filter((host) => seen.size === seen.add(host).size));
  return ({ host, source, recorded }) => {
    const remarks = [ambiguous.has(host) ? fit(source, MAX_HOST_WIDTH) : '', recorded ? words.recorded : ''].filter(
      (remark) => remark !== '',
    );
    const name = fit(host === '' ? '–' : host, MAX_HOST_WIDTH);
    return remarks.length === 0 ? name : `${name} (${remarks.join(', ')})`;
  };
}

function cellsOf(host: string, row: HostRow, { numbers, equivalentText }: View, nowMs: number): Cells {
  const isQuiet = nowMs - row.seenMs > QUIET_MS;
  const { power, energy } = readableEquivalents(row.equivalents.values());
  const text = ({ id, value }: HostEquivalent): string => `≈ ${equivalentText(id, value)}`;
  return {
    host,
    now: isQuiet ? '–' : numbers.power(row.watts),
    energy: numbers.energy(row.joules),
    equals: [isQuiet ? [] : power.map(text), energy.map(text)],
  };
}

/** Columns as wide as their widest cell. Where there is no room, names are cut and equivalents left out: a number that is cut is a wrong one. */
function layOut(cells: readonly Cells[], columns: number): string[] {
  const now = column(
    cells.map((cell) => cell.now),
    padLeft,
  );
  const energy = column(
    cells.map((cell) => cell.energy),
    padLeft,
  );
  const lineOf = (host: string, index: number): string => `  ${[host, now[index], energy[index]].join(GAP)}`;
  const hostRoom = Math.max(MIN_HOST_WIDTH, columns - widthOf(lineOf('', 0)));
  const hosts = column(
    cells.map(({ host }) => fit(host, hostRoom)),
    padRight,
  );
  return cells.map(({ equals }, index) => {
    const start = lineOf(hosts[index], index);
    const room = columns - widthOf(start);
    return fit(room < MIN_EQUALS_WIDTH ? start : start + equalsText(equals, room), columns);
  });
}

/** Of power and of energy the best equivalent that there is room for; when there is room for none, the first, to be cut. */
function equalsText(choices: Cells['equals'], columns: number): string {
  let text = '';
  for (const choice of choices) {
    const candidates = choice.map((one) => text + (text === '' ? GAP : ' · ') + one);
    text = candidates.find((candidate) => widthOf(candidate) <= columns) ?? text;
  }
  const [first] = choices.flat();
  return text === '' && first !== undefined ? GAP + first : text;
}

function column(texts: readonly string[], pad: typeof padLeft): string[] {
  const width = Math.max(...texts.map((text) => widthOf(text)));
  return texts.map((text) => pad(text, width));
}

function moreLine(hidden: number, model: ConsoleModel, { words, numbers }: View): string[] {
  if (hidden <= 0 && !model.overflow) return [];
  return [`  ${words.moreHosts(`${numbers.count(Math.max(1, hidden))}${model.overflow ? '+' : ''}`)}`];
}

function footLines(model: ConsoleModel, view: View, { columns, uptimeSeconds }: Frame): string[] {
  const { words, numbers, nextStep } = view;
  const status = [words.points(numbers.count(model.points)), words.up(numbers.duration(uptimeSeconds)), words.stop].join(' · ');
  const next = nextStep === '' ? [] : [`  ${words.next}:`, `    ${nextStep}`];
  return [...next.map((line) => fit(line, columns - 1)), dim(fit(`  ${status}`, columns - 1), view)];
}

function dim(text: string, { color }: View): string {
  return color ? `\x1b[2m${text}\x1b[0m` : text;
}
