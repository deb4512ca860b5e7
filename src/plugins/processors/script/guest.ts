/**
 * The half of the sandbox that runs inside QuickJS, before the user's script: it makes metrics of what the host tells it in JSON,
 * calls the script, and tells the host what came of them. Plain JavaScript as a text, since Node never runs it.
 *
 * What the points of a shape have in common is told once. A metric that keeps it goes back as its values; any other one in full.
 */

/** Shapes that the guest remembers; more make it ask for theirs again. */
export const SHAPE_SLOTS = 4096;

/** What `run` answers where it has nothing to tell in words. */
export const Answer = {
  /** The shape in this slot is another one: define it, and ask again. */
  Unknown: -1,
  /** The metric is as it was. */
  Unchanged: 0,
  /** Null: the script wants it dropped. */
  Dropped: 1,
} as const;

/** Begins an answer that has the time and the values of the shape that came; others are lists of metrics in full. */
export const SAME_SHAPE = '=';

export const GUEST = `'use strict';
(() => {
  const { create, keys, is } = Object;
  const { parse, stringify } = JSON;
  const { isArray } = Array;
  const { isFinite } = Number;
  const words = String, big = BigInt, Wrong = TypeError;
  const FLOAT = 0, INT = 1, UINT = 2, BOOL = 3, STRING = 4;
  const MIN_INT = -(2n ** 63n), MAX_INT = 2n ** 63n - 1n, MAX_UINT = 2n ** 64n - 1n;
  const shapes = [];
  let script;

  /** A value in JSON; what JSON has no number for is a text. JSON is put together by hand, which is faster here than stringify. */
  const told = (value) => {
    switch (typeof value) {
      case 'number': return !isFinite(value) ? '"' + value + '"' : is(value, -0) ? '"-0"' : words(value);
      case 'bigint': return '"' + value + '"';
      case 'string': return stringify(value);
      default: return words(value);
    }
  };

  const heard = (kind, value) => (kind === FLOAT ? +value : kind === INT || kind === UINT ? big(value) : value);

  const metricOf = (shape, values) => {
    const { names, kinds } = shape, pairs = shape.tags;
    const tags = create(null), fields = create(null);
    for (let i = 0; i < pairs.length; i += 2) tags[pairs[i]] = pairs[i + 1];
    for (let i = 0; i < names.length; i++) fields[names[i]] = values[i + 1] = heard(kinds[i], values[i + 1]);
    return { name: shape.name, tags, fields, time: values[0] };
  };

  /** Whether a value still is of a kind. Unsigned integers are bigints too. */
  const isOf = (kind, value) => {
    switch (kind) {
      case FLOAT: return typeof value === 'number';
      case INT: return typeof value === 'bigint' && value >= MIN_INT && value <= MAX_INT;
      case UINT: return typeof value === 'bigint' && value >= 0n && value <= MAX_UINT;
      case BOOL: return typeof value === 'boolean';
      default: return typeof value === 'string';
    }
  };

  const typeOf = (value) => (value === null ? 'null' : isArray(value) ? 'a list' : typeof value);

  const objectOf = (value, what) => {
    if (value === null || typeof value !== 'object' || isArray(value)) throw new Wrong(what + ' must be an object, not ' + typeOf(value));
    return value;
  };

  const hasTagsOf = (shape, tags) => {
    const pairs = shape.tags;
    if (keys(tags).length * 2 !== pairs.length) return false;
    for (let i = 0; i < pairs.length; i += 2) if (tags[pairs[i]] !== pairs[i + 1]) return false;
    return true;
  };

  /** What to answer of a metric that has the shape it had; undefined where it has another one. */
  const sameShape = (shape, { name, tags, fields, time }, values) => {
    if (name !== shape.name || !isOf(INT, time)) return undefined;
    if (!hasTagsOf(shape, objectOf(tags, 'tags')) || keys(objectOf(fields, 'fields')).length !== shape.names.length) return undefined;
    const { names, kinds } = shape;
    let changed = time !== values[0];
    let text = told(time);
    for (let i = 0; i < names.length; i++) {
      const value = fields[names[i]];
      if (!isOf(kinds[i], value)) return undefined;
      changed = changed || !is(value, values[i + 1]);
      text += ',' + told(value);
    }
    return changed ? '${SAME_SHAPE}[' + text + ']' : ${Answer.Unchanged};
  };

  const fieldText = (shape, name, value) => {
    const quoted = shape.quoted[name] ?? stringify(name);
    switch (typeof value) {
      case 'number': return '[' + quoted + ',0,' + told(value) + ']';
      case 'bigint':
        if (value < MIN_INT || value > MAX_UINT) throw new Wrong('field "' + name + '" is an integer of more than 64 bits');
        return '[' + quoted + ',1,"' + value + '"]';
      case 'boolean': return '[' + quoted + ',3,' + value + ']';
      case 'string': return '[' + quoted + ',4,' + stringify(value) + ']';
      default: throw new Wrong('field "' + name + '" must be a number, a bigint, a string or a boolean, not ' + typeOf(value));
    }
  };

  const tagsText = (tags) => {
    let text = '';
    for (const key of keys(tags)) {
      const value = tags[key];
      if (value === undefined || value === null) continue;
      if (typeof value !== 'string') throw new Wrong('tag "' + key + '" must be a string, not ' + typeOf(value));
      text += (text === '' ? '[' : ',[') + stringify(key) + ',' + stringify(value) + ']';
    }
    return '[' + text + ']';
  };

  /** A metric in full, 0 for a name and for tags that are those of the shape. What is left out is as it was in the metric that came. */
  const tell = (metric, shape, arrived) => {
    if (metric === null || typeof metric !== 'object') {
      throw new Wrong('the function must return nothing, null, a metric or a list of metrics, not ' + typeOf(metric));
    }
    if (typeof metric.then === 'function') throw new Wrong('the function must not be async');
    const { name = shape.name, tags = {}, fields, time = arrived } = metric;
    if (typeof name !== 'string') throw new Wrong('name must be a string, not ' + typeOf(name));
    if (typeof time !== 'bigint') throw new Wrong('time must be a bigint, of nanoseconds since 1970, not ' + typeOf(time));
    if (!isOf(INT, time)) throw new Wrong('time must fit 64 bits');
    const tagText = hasTagsOf(shape, objectOf(tags, 'tags')) ? '0' : tagsText(tags);
    let text = '';
    for (const key of keys(objectOf(fields, 'fields'))) {
      const value = fields[key];
      if (value !== undefined && value !== null) text += (text === '' ? '' : ',') + fieldText(shape, key, value);
    }
    return '[' + (name === shape.name ? '0' : stringify(name)) + ',"' + time + '",' + tagText + ',[' + text + ']]';
  };

  const tellAll = (metrics, shape, arrived) => {
    let text = '';
    for (let i = 0; i < metrics.length; i++) text += (i === 0 ? '' : ',') + tell(metrics[i], shape, arrived);
    return '[' + text + ']';
  };

  const shown = (value) => {
    if (typeof value === 'string') return value;
    if (typeof value === 'object' && value !== null) {
      return stringify(value, (_, inner) => (typeof inner === 'bigint' ? inner + 'n' : inner));
    }
    return typeof value === 'bigint' ? value + 'n' : words(value);
  };

  return {
    define(slot, text) {
      const shape = (shapes[slot] = parse(text));
      shape.quoted = create(null);
      for (const name of shape.names) shape.quoted[name] = stringify(name);
    },
    use(loaded) {
      script = loaded.default;
      return typeof script;
    },
    run(slot, id, text) {
      const shape = shapes[slot];
      if (shape === undefined || shape.id !== id) return ${Answer.Unknown};
      const values = parse(text);
      const arrived = (values[0] = big(values[0]));
      const metric = metricOf(shape, values);
      const returned = script(metric);
      if (returned === null) return ${Answer.Dropped};
      if (isArray(returned)) return tellAll(returned, shape, arrived);
      const result = returned === undefined ? metric : returned;
      const same = result === metric ? sameShape(shape, metric, values) : undefined;
      return same === undefined ? tellAll([result], shape, arrived) : same;
    },
    console(log) {
      const level = (name) => (...values) => log(name, values.map(shown).join(' '));
      globalThis.console = { debug: level('debug'), log: level('info'), info: level('info'), warn: level('warn'), error: level('error') };
    },
  };
})()`;
