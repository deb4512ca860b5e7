/**
 * The lint rule that keeps the house's dependencies one-way (docs/decisions/0004): which folder of src/ may import which,
 * no plugin imports another, src/ never imports test/ or scripts/, and pure folders do no I/O and read no clock.
 */
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The folders of src/ that each folder may import, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  metric: [],
  config: [],
  telemetry: [],
  formats: ['metric'],
  energy: ['metric'],
  equivalents: ['metric'],
  queue: ['metric', 'formats', 'config', 'telemetry'],
  pipeline: ['metric', 'formats', 'energy', 'equivalents', 'queue', 'config', 'telemetry'],
  admin: ['metric', 'queue', 'pipeline', 'config', 'telemetry'],
  web: ['equivalents'],
  plugins: ['metric', 'formats', 'energy', 'equivalents', 'queue', 'pipeline', 'config', 'telemetry'],
  cli: ['metric', 'formats', 'energy', 'equivalents', 'queue', 'pipeline', 'config', 'telemetry', 'admin', 'plugins'],
  'main.ts': ['cli'],
};

const PURE = new Set(['metric', 'formats', 'energy', 'equivalents']);

/** What of Node a pure folder may use: it only computes. */
const PURE_NODE_MODULES = new Set(['node:buffer', 'node:crypto', 'node:util', 'node:zlib']);

interface Place {
  /** The folder of src/ (or the file, for src/main.ts). */
  readonly layer: string;
  /** `inputs/file` in src/plugins/inputs/file/plugin.ts. Undefined in src/plugins/shared, which every plugin may use. */
  readonly plugin: string | undefined;
  readonly shared: boolean;
}

/** Why `file` may not import `specifier`; undefined when it may. Both as written, `file` absolute. */
export function forbiddenImport(file: string, specifier: string): string | undefined {
  const from = placeOf(file);
  if (from === undefined) return undefined;
  if (!specifier.startsWith('.')) return forbiddenModule(from, specifier);
  const target = join(dirname(file), specifier);
  const to = placeOf(target);
  if (to === undefined) return `src/ stands alone; it never imports ${relative(ROOT, target)}`;
  if (from.plugin !== undefined && to.plugin !== undefined && from.plugin !== to.plugin) {
    return `a plugin never imports another plugin (${to.plugin}); move what both need to src/plugins/shared or a lower folder`;
  }
  if (from.shared && to.plugin !== undefined) return `src/plugins/shared serves all plugins; it never imports one (${to.plugin})`;
  if (from.layer === to.layer) return undefined;
  const allowed = MAY_IMPORT[from.layer];
  if (allowed === undefined) return `src/${from.layer} is not in the table of scripts/lint/layers.ts; add it, with what it may import`;
  if (allowed.includes(to.layer)) return undefined;
  return `${from.layer} may not import ${to.layer}; it may import ${allowed.length === 0 ? 'nothing but itself' : allowed.join(', ')}`;
}

function forbiddenModule(from: Place, specifier: string): string | undefined {
  if (!PURE.has(from.layer) || !specifier.startsWith('node:') || PURE_NODE_MODULES.has(specifier)) return undefined;
  return `${from.layer} is pure and may not import ${specifier}; have what it needs handed in`;
}

function placeOf(file: string): Place | undefined {
  const [top, layer, kind, id] = relative(ROOT, file).split(sep);
  if (top !== 'src' || layer === undefined) return undefined;
  const shared = layer === 'plugins' && kind === 'shared';
  return { layer, shared, plugin: layer === 'plugins' && !shared && id !== undefined ? `${kind}/${id}` : undefined };
}

// What the rule needs of the syntax tree and of oxlint's context, which follow ESLint's.
interface Node {
  readonly type: string;
  readonly name?: string;
  readonly value?: unknown;
  readonly source?: Node | null;
  readonly object?: Node;
  readonly property?: Node;
  readonly callee?: Node;
  readonly arguments?: readonly Node[];
}

interface Context {
  readonly filename: string;
  report(problem: { readonly node: Node; readonly message: string }): void;
}

const layers = {
  create(context: Context) {
    const checkSource = (node: Node): void => {
      const specifier = node.source?.value;
      const message = typeof specifier === 'string' ? forbiddenImport(context.filename, specifier) : undefined;
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration: checkSource,
      ExportNamedDeclaration: checkSource,
      ExportAllDeclaration: checkSource,
      ImportExpression: checkSource,
    };
  },
};

const noClock = {
  create(context: Context) {
    const layer = placeOf(context.filename)?.layer;
    if (layer === undefined || !PURE.has(layer)) return {};
    const message = `${layer} is pure and reads no clock; have the time handed in`;
    return {
      MemberExpression(node: Node): void {
        const name = `${node.object?.name}.${node.property?.name}`;
        if (name === 'Date.now' || name === 'performance.now' || name === 'process.hrtime') context.report({ node, message });
      },
      NewExpression(node: Node): void {
        if (node.callee?.name === 'Date' && node.arguments?.length === 0) context.report({ node, message });
      },
    };
  },
};

// oxlint-disable-next-line import/no-default-export -- what oxlint asks of a plugin
export default { meta: { name: 'wattbridge' }, rules: { layers, 'no-clock': noClock } };
