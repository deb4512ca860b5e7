/** What the rules make of a shape: of names and tags at once, of texts in fields as they come. */
import { Kind } from '../../../metric/kind.ts';
import type { Shape } from '../../../metric/shape.ts';
import { compareText } from '../../../metric/text.ts';
import type { Binding, PluginContext } from '../../../pipeline/plugin.ts';
import { bindSeries } from '../../../pipeline/stage.ts';
import { FieldDraft } from '../../shared/field-draft.ts';
import { renamed, type NameRule, type ValueRule } from './rules.ts';

/** The sections, in the order in which they are done. */
export interface Rules {
  readonly tags: readonly ValueRule[];
  readonly fields: readonly ValueRule[];
  readonly tagRename: readonly NameRule[];
  readonly fieldRename: readonly NameRule[];
  readonly metricRename: readonly NameRule[];
}

type Tags = ReadonlyMap<string, string>;

/** One rule and the fields it may concern. */
interface Step {
  readonly rule: ValueRule;
  readonly sources: readonly { readonly slot: number; readonly targets: readonly Target[] }[];
}

interface Target {
  readonly slot: number;
  /** What stands before the result. */
  readonly prefix: string;
}

export function bindRules(shape: Shape, rules: Rules, { interner }: PluginContext): Binding {
  const { measurement, tags: own } = shape.series;
  const tags = changedTags(new Map(own), rules.tags);
  const sorted = new Map([...tags].sort(([a], [b]) => compareText(a, b)));
  const [[name]] = renamed(new Map([[measurement, '']]), rules.metricRename);
  const series = interner.series(name, renamed(sorted, rules.tagRename));
  const rename = rules.fieldRename.length === 0 ? undefined : (fields: ReadonlyMap<string, number>) => renamed(fields, rules.fieldRename);
  const draft = new FieldDraft({ interner, shape, series, rename });
  const steps = fieldSteps(draft, shape, rules.fields, tags);
  if (steps.length === 0 && draft.keepsNames) return bindSeries(interner, shape, series);
  return (point, out) => {
    if (point.stale) return draft.stale(point, out);
    draft.begin(point);
    for (const step of steps) take(step, draft);
    draft.finish(point, out);
  };
}

/** Each rule looks at the tags that were there before it, with the values that they have when it comes to them. */
function changedTags(tags: Map<string, string>, rules: readonly ValueRule[]): Tags {
  for (const rule of rules) {
    for (const key of [...tags.keys()].filter((one) => rule.matchesKey(one)).sort(compareText)) {
      const results = rule.results(tags.get(key) ?? '');
      rule.targets(key).forEach((target, index) => {
        const result = results?.[index];
        if (result !== undefined) tags.set(target, rule.append ? (tags.get(target) ?? '') + result : result);
      });
    }
  }
  return tags;
}

/** Only fields that may hold a text are looked at: those that come with one, and those that an earlier rule makes. */
function fieldSteps(draft: FieldDraft, shape: Shape, rules: readonly ValueRule[], tags: Tags): Step[] {
  const texts = new Set(shape.fields.filter(({ kind }) => kind === Kind.String).map(({ key }) => key.name));
  const steps: Step[] = [];
  for (const rule of rules) {
    // As in Telegraf, a field with the name of a group begins with the *tag* of that name.
    const prefix = (name: string) => (rule.append && rule.isNamed ? (tags.get(name) ?? '') : '');
    const keys = [...texts].filter((key) => rule.matchesKey(key)).sort(compareText);
    const sources = keys.map((key) => ({
      slot: draft.slot(key),
      targets: rule.targets(key).map((name) => ({ slot: draft.slot(name), prefix: prefix(name) })),
    }));
    if (sources.length > 0) steps.push({ rule, sources });
    for (const key of keys) for (const name of rule.targets(key)) texts.add(name);
  }
  return steps;
}

function take({ rule, sources }: Step, draft: FieldDraft): void {
  for (const { slot, targets } of sources.filter((source) => draft.kind(source.slot) === Kind.String)) {
    const results = rule.results(draft.value(slot) as string);
    if (results === undefined) continue;
    for (let index = 0; index < targets.length; index++) {
      const result = results[index];
      if (result !== undefined) draft.set(targets[index].slot, Kind.String, targets[index].prefix + result);
    }
  }
}
