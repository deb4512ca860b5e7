/** The catalogue of equivalents as a page. */
import { themes, type Catalogue, type CatalogueRow, type Scope, type Theme } from '../../src/equivalents/catalogue.ts';
import { formulaText } from '../../src/equivalents/formula.ts';

const TITLES: Record<Theme, string> = {
  power: 'Power',
  energy: 'Energy',
  distance: 'Distance',
  heat: 'Heat',
  food: 'Food',
  computing: 'Information technology',
  nature: 'Nature',
  carbon: 'Carbon',
  money: 'Money',
};

const SCOPES: Record<Scope, string> = {
  wall: 'what a meter at the plug shows',
  battery: 'what a battery holds or gives; the charger takes more from the wall',
  mechanical: 'the work itself, without the losses of what does it',
  heat: 'the heat in the thing itself',
  body: 'what a body burns, or food has for it',
  fuel: 'the heat in a fuel',
  grid: 'electricity as it comes from the grid or goes into it',
  use: 'greenhouse gas of using it',
  life_cycle: 'greenhouse gas of making, using and scrapping it',
  market: 'a price for the public',
};

const INTRODUCTION = `<!-- Written by \`npm run gen\` from config/equivalents.yaml. Do not edit. -->

# Equivalents

What power, energy, greenhouse gas and money equal, in things people can picture. The rows stand in
[config/equivalents.yaml](../config/equivalents.yaml); the processor [\`equivalents\`](../src/plugins/processors/equivalents/README.md)
writes them, the [console](../src/plugins/outputs/console/README.md) shows them, and the command line says them:

\`\`\`
$ wattbridge equivalents 12.5kWh --lang fr
$ wattbridge equivalents --format csv --bom > equivalents.csv
\`\`\`

## How it is calculated

- Power is so many things **at once**: watts / W of one. Energy is so many **in all**: joules / 3,600 / Wh of one; what intervals give can be
  summed. Carbon and cost are so many in all too: grams / gCO2e of one, euros / EUR of one.
- Energy of a window as things that take power is their mean number in it: joules / seconds / W of one, "3 LED bulbs for this hour".
- Where a row has a formula, the program calculates it again when it reads the file. Where it has none, the source has the figure itself, or the
  note says how it was taken from it.
- Every figure lies within what is physically plausible for such a thing; the bounds are in
  [plausibility.ts](../src/equivalents/plausibility.ts), not in the rows, and the program refuses a file with a figure outside, yours too.

## How sure it is

Lower and upper say what is reasonable. **(e)** means that the source gives one figure, and that the spread between models and uses is this
project's own estimate. A number of things is rounded to the first digit that this makes uncertain, and never shows more than two: with half
the width of the range at 5.5, 28.3 bulbs are "28", and with 12, "30".

Compare like with like: processors' own counters (RAPL) tell less than a meter at the plug, which most rows are about. Where it says:

${Object.entries(SCOPES)
  .map(([scope, meaning]) => `- \`${scope}\`: ${meaning}`)
  .join('\n')}

## How a choice is made

With the option \`choose\` of the processor, and on the command line, those are taken that read best. A number must be between 1 and 1,000, as it is and as it is written;
what is new has to be between 2 and 100 where anything is. Plain counts go before times and rates; of equals, the first here. No theme comes
twice while there is another, and none three times. What was chosen stays, said in the same way and in its place, until its number
leaves 1 to 1,000: so a value that wavers changes no sentence but its number.

## Your own

Write a file of the same form and name it in the option \`catalogue\` of the processor and the console, or in \`--catalogue\`. Rows of the same
id replace those here, the others come after them. \`wattbridge check\` says what is wrong with it, with the line:

\`\`\`yaml
version: 1
equivalents:
  lab_coffee_machine:
    kind: power
    unit: W
    theme: power
    value: { lower: 900, typical: 1200, upper: 1500 }
    names:
      en: { one: coffee machine of ours, other: coffee machines of ours, of: of our coffee machine }
      fr: { one: machine à café du labo, other: machines à café du labo, of: de la machine à café du labo }
    source: { title: Type plate, publisher: Its maker, url: "https://example.org/plate", year: 2026 }
\`\`\`
`;

/** `docs/equivalents.md`. */
export function equivalentsPage(catalogue: Catalogue): string {
  const sections = themes.map((theme) => {
    const rows = [...catalogue].filter(([, row]) => row.theme === theme);
    return [`## ${TITLES[theme]}`, '', '| id | what | one takes | from | source |', '|---|---|---|---|---|', ...rows.map(tableRow), ''];
  });
  return [INTRODUCTION, ...sections.flat()].join('\n');
}

function tableRow([id, row]: [string, CatalogueRow]): string {
  return `| ${[`\`${id}\``, what(row), figures(row), derivation(row), source(row)].map(cell).join(' | ')} |`;
}

function what({ names, note, scope }: CatalogueRow): string {
  return `${names.en.one}<br>*${names.fr.one}*<br>\`${scope ?? ''}\`${note === undefined ? '' : `. ${note.en}`}`;
}

function figures({ value: { lower, typical, upper }, unit, range }: CatalogueRow): string {
  const spread = lower === upper ? '' : `<br>${figure(lower)} to ${figure(upper)}${range === 'estimate' ? ' (e)' : ''}`;
  return `**${figure(typical)} ${unit}**${spread}`;
}

function figure(value: number | undefined): string {
  return value === undefined ? '' : new Intl.NumberFormat('en', { maximumSignificantDigits: 6 }).format(value);
}

function derivation({ formula, published }: CatalogueRow): string {
  const derived = formula === undefined ? 'the source' : formulaText(formula);
  return published === undefined ? derived : `${derived}<br>Published: ${published.value} ${published.unit}. ${published.reason.en}`;
}

function source({ source: first, also }: CatalogueRow): string {
  return [first, ...(also === undefined ? [] : [also])]
    .map(({ title, publisher, year, url }) => `[${title.replaceAll(/[[\]]/g, '')}](${url}), ${publisher}, ${year}`)
    .join('<br>also ');
}

/** Text that stays within its cell. */
function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll(/\s*\n\s*/g, ' ');
}
