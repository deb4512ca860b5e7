/** Which of the written plugins take part: `--input-filter`, `--output-filter` and `--select`. What they leave out is not even checked. */
import type { WrittenPlugin } from './sections.ts';

export interface PluginSelection {
  /** Only these inputs. */
  readonly inputFilter?: readonly string[];
  /** Only these outputs. */
  readonly outputFilter?: readonly string[];
  /** Change nothing, as in Telegraf; the log says so. */
  readonly processorFilter?: readonly string[];
  readonly aggregatorFilter?: readonly string[];
  /** `key=value[;key=value]`, values with `*` and `?`: one of these must match the plugin's labels; plugins without labels always run. */
  readonly select?: readonly string[];
}

/** Whether the plugin takes part. */
export function isSelected(plugin: WrittenPlugin, selection: PluginSelection): boolean {
  const filters = { inputs: selection.inputFilter, outputs: selection.outputFilter, processors: undefined, aggregators: undefined };
  const names = filters[plugin.group] ?? [];
  const ids = [plugin.id, plugin.writtenAs?.id ?? plugin.id];
  if (names.length > 0 && !ids.some((id) => names.includes(id))) return false;
  return matchesLabels(plugin, selection.select ?? []);
}

/** What a label's key and value are made of, as Telegraf has it; a selector's value may hold `*` and `?` too. */
export const LABEL = /^[\w.-]+$/;
const PATTERN = /^[\w.*?-]+$/;

/** What is wrong with a selector; undefined when nothing is. The empty one selects everything. */
export function selectorProblem(selector: string): string | undefined {
  if (selector === '') return undefined;
  const keys = new Set<string>();
  for (const term of selector.split(';')) {
    if (!term.includes('=')) return `invalid selector "${term}": missing equal sign; write key=value.`;
    const [key, pattern] = partsOf(term);
    if (!LABEL.test(key)) return `invalid selector "${term}": invalid key "${key}"; letters, digits, "_", "." and "-" may stand there.`;
    if (!PATTERN.test(pattern)) {
      return `invalid selector "${term}": invalid value "${pattern}"; beside those of a key, "*" and "?" may stand there.`;
    }
    if (keys.has(key)) return `duplicate selector key "${key}"; give --select again for either of two values.`;
    keys.add(key);
  }
  return undefined;
}

function matchesLabels(plugin: WrittenPlugin, selectors: readonly string[]): boolean {
  const labels = plugin.options.entries.get('labels')?.value;
  const given = selectors.filter((selector) => selector !== '');
  if (given.length === 0 || labels?.kind !== 'map' || labels.entries.size === 0) return true;
  return given.some((selector) =>
    selector.split(';').every((term) => {
      const [key, pattern] = partsOf(term);
      const label = labels.entries.get(key)?.value;
      return label?.kind === 'scalar' && wildcard(pattern).test(String(label.value));
    }),
  );
}

function partsOf(term: string): [key: string, pattern: string] {
  const equals = term.indexOf('=');
  return [term.slice(0, equals).trim(), term.slice(equals + 1).trim()];
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replaceAll('.', String.raw`\.`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}
