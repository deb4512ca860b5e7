/** Expositions for tests: reading one into plain values, and the cases in which Prometheus itself is asked, too. */
import type { Dialect, Exposition, FamilyType } from '../../src/formats/prometheus-text/exposition.ts';
import type { Exemplar } from '../../src/metric/origin.ts';
import { expositionErrorText } from '../../src/formats/prometheus-text/exposition.ts';
import { ExpositionParser } from '../../src/formats/prometheus-text/parse.ts';
import { readSeries } from '../../src/formats/prometheus-text/series.ts';

export interface ReadSample {
  readonly name: string;
  readonly labels: readonly (readonly [string, string])[];
  readonly value: number;
  /** Undefined: it has none. */
  readonly timestampMs: number | undefined;
  readonly family: string;
  readonly type: FamilyType;
  readonly exemplar: Exemplar | undefined;
}

/** The samples of a valid text; throws for one that is refused. */
export function readSamples(body: string | Buffer, dialect: Dialect = 'text', parser = new ExpositionParser()): ReadSample[] {
  const exposition = parser.parse(Buffer.from(body), dialect);
  if (!exposition.ok) throw new Error(expositionErrorText(exposition));
  return samplesOf(exposition);
}

function samplesOf(exposition: Exposition): ReadSample[] {
  const { count, body, from, to, series, value, timestampMs, family, families, exemplars } = exposition;
  return Array.from({ length: count }, (_, row) => {
    const { name, labels } = readSeries(body, from[row], to[row]);
    const exemplar = exemplars.find(({ sample }) => sample === row);
    if (name !== series[row].name) throw new Error(`row ${row} is "${name}" in the body and "${series[row].name}" in the parser's memory`);
    return {
      name,
      labels,
      value: value[row],
      timestampMs: Number.isNaN(timestampMs[row]) ? undefined : timestampMs[row],
      family: families[family[row]].name,
      type: families[family[row]].type,
      exemplar: exemplar && { labels: exemplar.labels, value: exemplar.value, timestampMs: exemplar.timestampMs },
    };
  });
}

export interface VerdictCase {
  readonly dialect: Dialect;
  readonly text: string | Buffer;
  /** `line:column` where it is refused; undefined where it is taken. */
  readonly refused?: string;
  /** Why Prometheus 2.42 judges otherwise. */
  readonly differs?: string;
}

const QUOTED = 'quoted names came with Prometheus 3';

function text(body: string | Buffer, refused?: string, differs?: string): VerdictCase {
  return { dialect: 'text', text: body, ...(refused !== undefined && { refused }), ...(differs !== undefined && { differs }) };
}

function openMetrics(body: string | Buffer, refused?: string, differs?: string): VerdictCase {
  return { ...text(body, refused, differs), dialect: 'openmetrics' };
}

/** Texts at the borders of both grammars. */
export const VERDICTS: readonly VerdictCase[] = [
  text(''),
  text('\n \n\t\n'),
  text('a 1'),
  text('a 1\r\n', '1:3'),
  text('a', '1:2'),
  text('a\n', '1:2'),
  text('a \n', '1:3'),
  text('a\t1  \t\n'),
  text('  a 1\n', undefined, 'it takes leading blanks for a part of the name; the format says that they mean nothing'),
  text('a{}1\n'),
  text('a+1\n'),
  text('9a 1\n', '1:1'),
  text('a-b 1\n', '1:2'),
  text('a 1{\n', '1:4'),
  text('a true\n', '1:3'),
  text('a 1_2\n', '1:3'),
  text('a 0x1p-3\n', '1:3'),
  text('a 0x10\n', '1:3'),
  text('a 1e\n', '1:3'),
  text('a .\n', '1:3'),
  text('a 1e999\n', '1:3'),
  text('a .5\nb 5.\nc +5\nd -0\ne 1E+3\nf inf\ng -Infinity\nh nAn\ni +INF\n'),
  text('a +NaN\n', '1:3'),
  text('a 1 123\n'),
  text('a 1 123 \n'),
  text('a 1 12.5\n', '1:7'),
  text('a 1 1_2\n', '1:6'),
  text('a 1 x\n', '1:5'),
  text('a 1 123 x\n', '1:9'),
  text('a 1 -5\n', undefined, 'Telegraf takes a time before 1970'),
  text('a 1 99999999999999999999\n', '1:5'),
  text('a{b="c",}1\n'),
  text('a{ b = "c" , d = "e" } 1\n'),
  text('a{b="c" d="e"} 1\n'),
  text('a {b="c"} 1\n'),
  text('a{,b="c"} 1\n', '1:3'),
  text('a{b="c",,d="e"} 1\n', '1:9'),
  text("a{b='c'} 1\n", '1:5'),
  text('a{b=\n', '1:5'),
  text('a{b="\n', '1:5'),
  text('a{="c"} 1\n', '1:3'),
  text('a{b} 1\n', '1:4'),
  text('a{b,c="d"} 1\n', '1:4'),
  text('a{b:c="d"} 1\n', '1:4'),
  text('a{b="c"\n} 1\n', '1:8'),
  text('a{b="two\nlines"} 1\n'),
  text('a{b="\\x \\" \\\\ \\n"} 1\n'),
  text('a{b="c",b="d"} 1\n', '1:1'),
  text('a{__name__="b"} 1\n', '1:1'),
  text('a{b=""} 1\n'),
  text('a{b="\0"} 1\n'),
  text('a{b=\0"c"} 1\n', '1:5'),
  text('a{b\0="c"} 1\n', '1:4'),
  text('a\0 1\n', '1:2'),
  text('a 1\0\n', '1:3'),
  text('a 1 2\0\n', '1:6'),
  text('a 1\n\0b 2\n', '2:1', 'it takes a null byte for the end of the text, and drops the rest without a word'),
  text(Buffer.from('a{b="\xff"} 1\n', 'latin1'), '1:1'),
  text(Buffer.from('a{\xff="b"} 1\n', 'latin1'), '1:3'),
  text(Buffer.from('# HELP a \xff\n', 'latin1'), '1:10'),
  text(Buffer.from('# a comment in Latin-1: \xe9\na 1\n', 'latin1')),
  text('# TYPE a counter\n# TYPE a gauge\na 1\n# HELP a x\n'),
  text('a 1\n# TYPE a counter\nb 1\na{x="1"} 1\n'),
  text('# TYPE a power\n', '1:10'),
  text('# TYPE a\n', '1:9'),
  text('# TYPE a counter \n', '1:10'),
  text('# TYPE a  counter\n', '1:10'),
  text('# TYPE a unknown\n', '1:10'),
  text('# TYPE \n', '1:8'),
  text('# TYPE #\n', '1:8'),
  text('# HELP #\n', '1:8'),
  text('# HELP a\n# HELP b \n#\tTYPE\ta\tgauge\n# HELPa\n#HELP a\n#\n# anything\n#TYPE is a comment\n'),
  text('a 1\n# HELP a \\n \\\\ "\\"\n'),
  text('{"a.b"} 1\n{"a.b", "c d"="e"} 2\n{c="d","a"} 3\n', undefined, QUOTED),
  text('# TYPE "a.b" gauge\n# HELP "a.b" text\n{"a.b"} 1\n', undefined, QUOTED),
  text('{a="b"} 1\n', '1:2'),
  text('{} 1\n', '1:2'),
  text('{""} 1\n', '1:1'),
  text('{"a","b"} 1\n', '1:9'),
  text('a{"b"} 1\n', '1:6'),
  text('{"a", "b = "c"}\n', '1:13'),

  openMetrics('# EOF\n'),
  openMetrics('# EOF'),
  openMetrics('', '1:1'),
  openMetrics('a 1\n', '2:1'),
  openMetrics('a 1', '2:1'),
  openMetrics('a 1\n# EOF\na 2\n', '3:1'),
  openMetrics('a 1\n# EOF\n\n', '3:1'),
  openMetrics('# EOFa 1', '1:1'),
  openMetrics('\n# EOF\n', '1:1'),
  openMetrics('a 1\n\n# EOF\n', '2:1'),
  openMetrics(' a 1\n# EOF\n', '1:1'),
  openMetrics('a\t1\n# EOF\n', '1:2'),
  openMetrics('a  1\n# EOF\n', '1:2'),
  openMetrics('a 1 \n# EOF\n', '1:4'),
  openMetrics('a 1 2 \n# EOF\n', '1:6'),
  openMetrics('a 1 2 3\n# EOF\n', '1:6'),
  openMetrics('a 1 2.5\nb 1 1e3\nc 1 -2.5\n# EOF\n'),
  openMetrics('a 1 NaN\n# EOF\n', '1:5'),
  openMetrics('a 1 Inf\n# EOF\n', '1:5'),
  openMetrics('a 1 1_2\n# EOF\n', '1:4'),
  openMetrics('a{b="c",d="e"} 1\n# EOF\n'),
  openMetrics('a{b="c",} 1\n# EOF\n', undefined, 'a comma at the end is taken since Prometheus 3'),
  openMetrics('a{b="c", d="e"} 1\n# EOF\n', '1:9'),
  openMetrics('a{b="c"d="e"} 1\n# EOF\n', '1:8'),
  openMetrics('a {b="c"} 1\n# EOF\n', '1:2'),
  openMetrics('a{b="two\nlines"} 1\n# EOF\n', '1:5'),
  openMetrics('a{b="c",b="d"} 1\n# EOF\n', '1:1'),
  openMetrics('# a comment\n# EOF\n', '1:1'),
  openMetrics('#TYPE a gauge\n# EOF\n', '1:1'),
  openMetrics('#  TYPE a gauge\n# EOF\n', '1:1'),
  openMetrics('# TYPE a untyped\n# EOF\n', '1:10'),
  openMetrics('# TYPE a  gauge\n# EOF\n', '1:10'),
  openMetrics('# TYPE a\n# EOF\n', '1:9'),
  openMetrics('# HELP a\n# EOF\n', '1:9'),
  openMetrics('# HELP a \n# EOF\n'),
  openMetrics('# UNIT a b\n# EOF\n', '1:10'),
  openMetrics('# UNIT a_b b\n# UNIT c \n# EOF\n'),
  openMetrics('# TYPE a counter\na 1\n# EOF\n'),
  openMetrics('a_total 1 # {b="c"} 0.5\nb_total 1 2 # {b="c"} 0.5 2.5\nd_total 1 # {} 1\n# EOF\n'),
  openMetrics('a 1 # {b="c"} 0.5\n# EOF\n', undefined, 'until version 2.44 it took exemplars of counters and buckets only'),
  openMetrics('a_total 1 # {b=c} 1\n# EOF\n', '1:16'),
  openMetrics('a_total 1 # {b="c"}\n# EOF\n', '1:20'),
  openMetrics('a_total 1 # {b} 1\n# EOF\n', '1:15'),
  openMetrics('a_total 1 # {b="c"} 1 NaN\n# EOF\n', '1:23'),
  openMetrics('a_total 1 # {b="c"} true\n# EOF\n', '1:20'),
  openMetrics('a_total 1 #\n# EOF\n', '1:10'),
  openMetrics('# TYPE "a.b" gauge\n{"a.b","c d"="e"} 1\n# EOF\n', undefined, QUOTED),
];
