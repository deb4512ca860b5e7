/** The comment lines that mean something: `# HELP`, `# TYPE`, `# UNIT`. */
import { isUtf8 } from 'node:buffer';
import { decodeText } from '../../metric/text.ts';
import { isBlank, skipBlanks, SPACE } from './bytes.ts';
import type { Dialect, FamilyType } from './exposition.ts';
import type { Families, MetricName } from './families.ts';
import { KnownLine } from './known-lines.ts';
import { expected, type Failure } from './failure.ts';
import { metricNameEnd, quotedEnd } from './series-scanner.ts';
import { readToken } from './series.ts';

const OPENMETRICS_TYPES = ['counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset', 'unknown'] as const;
const TEXT_TYPES: ReadonlyMap<string, FamilyType> = new Map([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
  ['histogram', 'histogram'],
  ['summary', 'summary'],
  ['untyped', 'unknown'],
]);
const TYPES: Readonly<Record<Dialect, ReadonlyMap<string, FamilyType>>> = {
  text: TEXT_TYPES,
  openmetrics: new Map(OPENMETRICS_TYPES.map((type) => [type, type])),
};

type Keyword = 'HELP' | 'TYPE' | 'UNIT';
const KEYWORDS: Readonly<Record<Dialect, readonly Keyword[]>> = { text: ['HELP', 'TYPE'], openmetrics: ['HELP', 'TYPE', 'UNIT'] };

/** One metadata line, with its line end. */
export class KnownMetadata extends KnownLine {
  readonly #name: MetricName;
  readonly #keyword: Keyword;
  readonly #text: string;

  constructor(name: MetricName, keyword: Keyword, text: string) {
    super();
    this.#name = name;
    this.#keyword = keyword;
    this.#text = text;
  }

  get metric(): MetricName {
    return this.#name;
  }

  /** Writes what the line says into its family. */
  apply(families: Families): void {
    const family = families.declare(this.#name);
    if (this.#keyword === 'HELP') family.help = this.#text;
    else if (this.#keyword === 'UNIT') family.unit = this.#text;
    else family.type = this.#text as FamilyType;
  }
}

/**
 * Reads the metadata line `source[from, newline)`, from its `#`; undefined for a plain comment, which OpenMetrics does not know.
 * As Prometheus has it: one blank belongs to the syntax, and all that follows it to the text.
 */
export function readMetadata(
  source: Buffer,
  from: number,
  newline: number,
  dialect: Dialect,
  families: Families,
): KnownMetadata | Failure | undefined {
  const at = dialect === 'text' ? skipBlanks(source, from + 1) : from + 2;
  const keyword = at > from + 1 ? keywordAt(source, at, dialect) : undefined;
  if (keyword === undefined) {
    return dialect === 'text' ? undefined : expected(source, from, 'a sample, "# HELP", "# TYPE", "# UNIT" or "# EOF"');
  }
  const nameFrom = dialect === 'text' ? skipBlanks(source, at + keyword.length) : at + keyword.length + 1;
  const nameTo = quotedEnd(source, nameFrom, 'one-line') ?? metricNameEnd(source, nameFrom);
  if (nameTo === nameFrom) return expected(source, nameFrom, `a metric name after ${keyword}`);
  if (nameTo === newline && dialect === 'openmetrics') return expected(source, nameTo, `a text after the name in ${keyword}`);
  const textFrom = Math.min(nameTo + 1, newline);
  if (!isUtf8(source.subarray(textFrom, newline))) return { at: textFrom, reason: `the text of ${keyword} is not valid UTF-8` };
  const name = readToken(source, nameFrom, nameTo);
  return meaningOf(families.name(name), keyword, decodeText(source, textFrom, newline), textFrom, dialect);
}

/** The keyword that stands at `at` with a blank after it. */
function keywordAt(source: Buffer, at: number, dialect: Dialect): Keyword | undefined {
  const word = source.toString('latin1', at, at + 4);
  const after = source[at + 4];
  if (dialect === 'text' ? !isBlank(after) : after !== SPACE || source[at - 1] !== SPACE) return undefined;
  return KEYWORDS[dialect].find((keyword) => keyword === word);
}

function meaningOf(name: MetricName, keyword: Keyword, text: string, at: number, dialect: Dialect): KnownMetadata | Failure {
  if (keyword === 'HELP') return new KnownMetadata(name, keyword, unescapeHelp(text, dialect));
  if (keyword === 'TYPE') {
    const type = TYPES[dialect].get(text);
    if (type !== undefined) return new KnownMetadata(name, keyword, type);
    return { at, reason: `${JSON.stringify(text)} is no type of metric; types are ${[...TYPES[dialect].keys()].join(', ')}` };
  }
  if (text === '' || name.text.endsWith(`_${text}`)) return new KnownMetadata(name, keyword, text);
  return { at, reason: `the unit "${text}" must be the end of the name "${name.text}"` };
}

/** The text format has quotes in help texts stand for themselves; OpenMetrics escapes them. */
function unescapeHelp(text: string, dialect: Dialect): string {
  const escapes = dialect === 'text' ? /\\([\\n])/g : /\\(["\\n])/g;
  return text.replaceAll(escapes, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}
