/** Made-up files: whatever is in them, the YAML means the same, and no comment is lost. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { convertToYaml } from '../../../../src/config/convert/convert.ts';
import { loadSources } from '../../../../src/config/load.ts';
import { textSource } from '../../../../src/config/source.ts';
import { configOf, testSchemas } from '../../../support/config.ts';

/** A TOML text in quotes, with everything escaped that is not ASCII. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(/[\u007F-\u{10FFFF}]/gu, (char) => `\\U${char.codePointAt(0)?.toString(16).padStart(8, '0')}`);
}

const ODD_TEXTS = `|true|null|~|1.0|0x1F|1_000|2026-11-22|12:30:45|- a|# no|a: b|a #b|\${X}|$$|{a}|[a]|&a|*a|!t|%x|@{env:X}|>|it's|"|\\|yes|<<|...|---| `;
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(...ODD_TEXTS.split('|'), '|', 'a\nb\n', '\n\n', '  a\n b', 'a\r\nb', '\t'),
);
const words = fc.string({ unit: 'grapheme-ascii', maxLength: 20 }).map((some) => some.replaceAll(/[\r\n]/g, ' ').trimEnd());
const margin = fc.constantFrom('', '  ', '    ');

/** Lines of a table; `#` stands for a mark, which is another in each place. */
const comment = fc.tuple(margin, words).map(([space, some]) => `${space}# #${some}`);
const gap = fc.array(fc.oneof(fc.constant(''), comment), { maxLength: 3 });
const tag = fc.tuple(gap, margin, text, text, words).map(([above, space, name, value, beside]) => ({
  name,
  lines: [...above, `${space}${quoted(name)} = ${quoted(value)} # #${beside}`],
}));
const list = fc
  .array(fc.tuple(gap, text), { maxLength: 3 })
  .map((items) => ['files = [ # #', ...items.flatMap(([above, item]) => [...above, `  ${quoted(item)}, # #`]), '# #', '] # #']);
const table = fc
  .record({
    header: fc.constantFrom('[[processors.override]]', '[[inputs.file]]'),
    list: fc.option(list),
    tags: fc.uniqueArray(tag, { maxLength: 5, selector: ({ name }) => name }),
    end: gap,
  })
  .map(({ header, list: files, tags, end }) => [
    `${header} # #`,
    ...(files === null || header.includes('override') ? [] : files),
    `  [${header.slice(2, -2)}.tags] # #`,
    ...tags.flatMap(({ lines }) => lines),
    ...end,
  ]);

function load(name: string, text_: string): object[] {
  const { inputs, processors } = configOf(loadSources([textSource(name, text_)], testSchemas, { env: { X: 'x' }, isPart: true }));
  return [...inputs, ...processors].map(({ id, options }) => ({ id, options }));
}

it('mean the same as YAML, and keep all comments', () => {
  fc.assert(
    fc.property(fc.array(table, { minLength: 1, maxLength: 4 }), (tables) => {
      let marks = 0;
      const marked = tables.flat().map((line) => line.replace(/# #/, () => `# <${marks++}>`));
      const toml = `${marked.join('\n')}\n`;
      const { yaml = '', diagnostics } = convertToYaml(textSource('a.conf', toml), testSchemas, { env: { X: 'x' } });

      expect(diagnostics).toEqual([]);
      expect(load('a.yaml', yaml)).toEqual(load('a.conf', toml));
      const lost = Array.from({ length: marks }, (_, index) => `# <${index}>`).filter((mark) => yaml.split(mark).length !== 2);
      expect(lost).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
