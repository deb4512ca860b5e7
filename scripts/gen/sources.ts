/** The table of the energy sources, from their declarations. */
import { microsPerValue, type Source } from '../../src/energy/sources/source.ts';

/** `docs/energy-sources.md`. */
export function sourcesPage(sources: readonly Source[]): string {
  return [
    '<!-- Written by `npm run gen` from src/energy/sources. Do not edit. -->',
    '',
    '# Sources of energy',
    '',
    'What the processor [`energy`](../src/plugins/processors/energy/README.md) recognises without being asked. A metric that was scraped is found',
    "as a field of the measurement `prometheus` (Telegraf's `metric_version = 2`) and as a measurement of its own (`metric_version = 1`). Fields of",
    'your own go into its option `fields`, in the same terms. [energy.md](energy.md) says how energy is computed from them.',
    '',
    ...bySection(sources),
  ].join('\n');
}

function bySection(sources: readonly Source[]): string[] {
  const tools = [...new Set(sources.map(({ about }) => about?.tool ?? ''))].filter((tool) => tool !== '');
  return tools.flatMap((tool) =>
    section(
      tool,
      sources.filter(({ about }) => about?.tool === tool),
    ),
  );
}

function section(tool: string, sources: readonly Source[]): string[] {
  return [
    `## ${tool}`,
    '',
    '| field | tags | scope | what it says | smallest step | wraps at | not above |',
    '|---|---|---|---|---|---|---|',
    ...sources.map(row),
    '',
    ...facts('Overlaps', sources, 'overlaps'),
    ...facts('Leaves out', sources, 'leavesOut'),
    ...facts('Known errors', sources, 'lies'),
    '',
  ];
}

function row(source: Source): string {
  const { measurement, field, scope, unit, resolution, maxWatts, limit } = source;
  const bound = limit === undefined ? '' : `, or ${limit.factor} times \`${limit.field}\``;
  const cells = [
    `\`${measurement}\` \`${field}\``,
    tags(source),
    scope,
    meaning(source),
    resolution === undefined ? '' : `${resolution} ${unit}`,
  ];
  return `| ${[...cells, range(source), `${maxWatts} W${bound}`].map(cell).join(' | ')} |`;
}

function tags({ where, unless = {} }: Source): string {
  const wanted = Object.entries(where).map(([key, value]) => `\`${key}=${value}\``);
  const unwanted = Object.entries(unless).map(([key, values]) => (values[0] === '' ? `\`${key}\`` : `\`${key}\` not ${values.join(', ')}`));
  return [...wanted, ...unwanted].join(', ');
}

const MEANINGS: Record<Source['reading'], string> = {
  mean: 'mean power since the reading before',
  instantaneous: 'power at the moment',
  counter: 'energy so far',
  delta: 'energy since the reading before',
};

function meaning(source: Source): string {
  const { unit, factor, reading, preference = 0, frozenAfter } = source;
  const scaled = factor === undefined ? unit : `${factor} ${unit} (${microsPerValue(source)} µ${unit})`;
  const preferred = preference > 0 ? '; preferred to what says the same' : '';
  const frozen = frozenAfter === undefined ? '' : `; frozen after ${frozenAfter} equal ones`;
  return `${MEANINGS[reading]}, ${scaled}${preferred}${frozen}`;
}

function range({ wrapsAt, wrapsAtOf, unit, reading }: Source): string {
  if (reading !== 'counter') return '';
  if (wrapsAtOf !== undefined) return 'field' in wrapsAtOf ? `its field \`${wrapsAtOf.field}\`` : `its tag \`${wrapsAtOf.tag}\``;
  if (wrapsAt === undefined) return 'never';
  if (typeof wrapsAt === 'number') return `${wrapsAt} ${unit}`;
  const all = wrapsAt.toSorted((a, b) => a - b);
  return all.length > 4 ? `one of ${all.length}, from ${all[0]} ${unit}` : `one of ${all.join(', ')} ${unit}`;
}

/** One line where all rows of a tool agree, else one for each text, behind the scopes (or, where these don't tell them apart, measurements or fields) of its rows. */
function facts(title: string, sources: readonly Source[], fact: 'overlaps' | 'leavesOut' | 'lies'): string[] {
  const byText = Map.groupBy(
    sources.filter(({ about }) => (about?.[fact] ?? '') !== ''),
    ({ about }) => about?.[fact] ?? '',
  );
  const [only] = byText.keys();
  if (only === undefined) return [];
  if (byText.get(only)?.length === sources.length) return [`- ${title}: ${only}.`];
  const name = [scopeOf, measurementOf, fieldOf].find((candidate) => tellsApart(candidate, [...byText.values()])) ?? scopeOf;
  return [`- ${title}:`, ...[...byText].map(([text, rows]) => `  - ${[...new Set(rows.map(name))].join(', ')}: ${text}.`)];
}

const scopeOf = ({ scope }: Source): string => scope;
const measurementOf = ({ measurement, field }: Source): string => `\`${measurement === 'prometheus' ? field : measurement}\``;
const fieldOf = ({ field }: Source): string => `\`${field}\``;

/** Whether no two groups have a name in common. */
function tellsApart(name: (source: Source) => string, groups: readonly (readonly Source[])[]): boolean {
  const names = groups.flatMap((rows) => [...new Set(rows.map(name))]);
  return new Set(names).size === names.length;
}

/** Text that stays within its cell. */
function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}
