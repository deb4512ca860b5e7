/** Which of the written plugins take part: `--input-filter`, `--output-filter` and `--select`. What they leave out is not even checked. */
import type { WrittenPlugin } from './sections.ts';

export interface PluginSelection {
  /** Only these inputs. */
  readonly inputFilter?: readonly string[];
  /** Only these outputs. */
  readonly outputFilter?: readonly string[];
  /** `key=value[;key=value]`, values with `*` and `?`: one of these must match the plugin's labels; plugins without labels always run. */
  readonly select?: readonly string[];
}

/** Whether the plugin takes part. */
export function isSelected(plugin: WrittenPlugin, selection: PluginSelection): boolean {
  const filters = { inputs: selection.inputFilter, outputs: selection.outputFilter, processors: undefined, aggregators: undefined };
  const names = filters[plugin.group] ?? [];
  if (names.length > 0 && !names.includes(plugin.id)) return false;
  return matchesLabels(plugin, selection.select ?? []);
}

function matchesLabels(plugin: WrittenPlugin, selectors: readonly string[]): boolean {
  const labels = plugin.options.entries.get('labels')?.value;
  if (selectors.length === 0 || labels?.kind !== 'map' || labels.entries.size === 0) return true;
  return selectors.some((selector) =>
    selector.split(';').every((term) => {
      const [key, pattern = ''] = term.split('=', 2);
      const label = labels.entries.get(key.trim())?.value;
      return label?.kind === 'scalar' && wildcard(pattern.trim()).test(String(label.value));
    }),
  );
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}
