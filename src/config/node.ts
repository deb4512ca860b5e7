/**
 * The one tree that both spellings become. Everything after the parsers works on it, so YAML and TOML can't drift apart, and
 * every key and value knows where it was written.
 */
import type { Location } from './diagnostics.ts';

export type ConfigNode = ScalarNode | ListNode | MapNode;

/** Comments as they are written, from `#` on, and blank lines, which are empty. Kept only where a file is to be rewritten. */
export interface Notes {
  /** On the lines before it. */
  readonly above: readonly string[];
  /** At the end of its line. */
  readonly beside?: string | undefined;
  /** Of a table: behind its last option. */
  readonly below: readonly string[];
}

interface Annotated {
  notes?: Notes | undefined;
}

export interface ScalarNode extends Annotated {
  readonly kind: 'scalar';
  /** Numbers beyond a safe integer are bigints, so that they are refused and not rounded. */
  value: string | number | bigint | boolean | null;
  readonly location: Location;
  /** A number that is written with a point or an exponent, though it may be whole. */
  isFloat?: boolean;
  /** It was `${NAME}` and nothing else. `any`: it may stand for a number or a boolean, where the option wants one; `text`: for texts only. */
  variable?: 'any' | 'text';
  /** Came out of a secret store: never shown. */
  secret?: boolean;
}

export interface ListNode extends Annotated {
  readonly kind: 'list';
  readonly items: ConfigNode[];
  readonly location: Location;
}

export interface MapNode extends Annotated {
  readonly kind: 'map';
  readonly entries: Map<string, MapEntry>;
  readonly location: Location;
}

export interface MapEntry {
  readonly keyLocation: Location;
  readonly value: ConfigNode;
}

export type NodePath = readonly PropertyKey[];

/** The plain value of a tree. */
export function plainValue(node: ConfigNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainValue);
  // fromEntries defines properties, so a key `__proto__` is data like any other.
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, plainValue(entry.value)]));
}

/** What a path leads to, and the last key on the way there that exists. */
export interface Found {
  /** Undefined when the path ends before its last segment. */
  readonly node: ConfigNode | undefined;
  readonly keyLocation: Location | undefined;
}

/** Follows keys and list indices from `root`. */
export function find(root: ConfigNode, path: NodePath): Found {
  let node: ConfigNode | undefined = root;
  let keyLocation: Location | undefined;
  for (const segment of path) {
    if (node?.kind === 'map') {
      const entry: MapEntry | undefined = node.entries.get(String(segment));
      keyLocation = entry?.keyLocation ?? keyLocation;
      node = entry?.value;
    } else if (node?.kind === 'list' && typeof segment === 'number') {
      node = node.items[segment];
    } else {
      return { node: undefined, keyLocation };
    }
  }
  return { node, keyLocation };
}

/** Calls `visit` with every scalar of a tree, and with the key that leads to it (a list's scalars have the list's key). */
export function visitScalars(node: ConfigNode, visit: (scalar: ScalarNode, key: string) => void, key = ''): void {
  if (node.kind === 'scalar') visit(node, key);
  else if (node.kind === 'list') for (const item of node.items) visitScalars(item, visit, key);
  else for (const [name, entry] of node.entries) visitScalars(entry.value, visit, name);
}

/** Calls `visit` with every key of every map in a tree. */
export function visitKeys(node: ConfigNode, visit: (key: string, entry: MapEntry) => void): void {
  if (node.kind === 'list') for (const item of node.items) visitKeys(item, visit);
  if (node.kind !== 'map') return;
  for (const [key, entry] of node.entries) {
    visit(key, entry);
    visitKeys(entry.value, visit);
  }
}

/** An empty map, for a plugin without options. */
export function emptyMap(location: Location): MapNode {
  return { kind: 'map', entries: new Map(), location };
}
