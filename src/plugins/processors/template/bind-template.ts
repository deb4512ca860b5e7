/**
 * Sets a tag that templates make. What a template asks of names and tags only is the same for all points of a shape, so it is worked
 * out once; which that is shows as it is worked out.
 */
import { TemplateError } from '../../../formats/go-template/errors.ts';
import type { Template } from '../../../formats/go-template/template.ts';
import type { Interner } from '../../../metric/interner.ts';
import type { Shape } from '../../../metric/shape.ts';
import type { Binding, PluginContext } from '../../../pipeline/plugin.ts';
import type { TemplateHost } from './host.ts';
import { Metric } from './metric.ts';

export interface TagTemplates {
  readonly tag: Template;
  readonly value: Template;
  readonly host: TemplateHost;
}

/** Texts remembered for each shape. */
const MAX_TARGETS = 16;

interface Made {
  readonly tag: string;
  readonly value: string;
}

export function bindTemplates(shape: Shape, templates: TagTemplates, context: PluginContext): Binding {
  const { host } = templates;
  const made = host.whileBinding(() => execute(new Metric(shape, undefined, host.local), templates));
  if (made === undefined) return bindPoints(shape, templates, context);
  if (typeof made !== 'string') {
    const target = withTag(shape, made, context.interner);
    return target === shape ? 'pass' : (point, out) => void out.push(point.withShape(target));
  }
  return (point, out) => {
    if (!point.stale) report(made, context);
    out.push(point);
  };
}

function bindPoints(shape: Shape, templates: TagTemplates, context: PluginContext): Binding {
  const targets = new Map<string, Shape>();
  let last = shape;
  return (point, out) => {
    // What has ended is what the last point became.
    if (point.stale) return void out.push(point.withShape(last));
    const made = execute(new Metric(shape, point, templates.host.local), templates);
    if (typeof made === 'string') {
      report(made, context);
      return void out.push(point);
    }
    last = targetOf(shape, made, targets, context.interner);
    out.push(point.withShape(last));
  };
}

/** The shape with the tag. A few of them are remembered, since most templates choose among few texts. */
function targetOf(shape: Shape, made: Made, targets: Map<string, Shape>, interner: Interner): Shape {
  const key = `${made.tag.length}:${made.tag}${made.value}`;
  const known = targets.get(key);
  if (known !== undefined) return known;
  if (targets.size >= MAX_TARGETS) targets.clear();
  const target = withTag(shape, made, interner);
  targets.set(key, target);
  return target;
}

/** What the templates make of a metric, or why they make nothing of it. */
function execute(metric: Metric, { tag, value }: TagTemplates): Made | string {
  let name = 'tag name template';
  try {
    const key = tag.execute(metric);
    name = 'value template';
    return { tag: key, value: value.execute(metric) };
  } catch (error) {
    if (error instanceof TemplateError) return `failed to execute ${name}: ${error.message}`;
    throw error;
  }
}

function withTag(shape: Shape, { tag, value }: Made, interner: Interner): Shape {
  const { measurement, tags } = shape.series;
  return interner.reshape(shape, interner.series(measurement, [...tags, [tag, value]]));
}

function report(message: string, context: PluginContext): void {
  context.error();
  context.log.error(message);
}
