/** A written part against its schema: its value with defaults, or everything that is wrong with it. */
import type { z } from 'zod';
import type { Diagnostic, Location } from './diagnostics.ts';
import { findingsOf, type Finding } from './issues.ts';
import { isSensitiveName, isSuspiciousName } from './masking.ts';
import { find, visitKeys, visitScalars, type ConfigNode, type MapNode, type NodePath } from './node.ts';
import { WrittenFloat } from './options.ts';
import { childSchemas, isFieldValueSchema, isSecretSchema, keysAt, metaOf } from './schema-walk.ts';
import { nearest } from './suggest.ts';

export interface Part {
  /** As diagnostics name it: `outputs.influxdb`. */
  readonly subject: string;
  readonly node: MapNode;
  /** What is underlined when it is about the part as a whole. */
  readonly location: Location;
}

export type Checked<Value> = { readonly value: Value } | { readonly problems: readonly Problem[] };

/** `absent`: that something is not there, which may be only the effect of a syntax error. */
export interface Problem {
  readonly diagnostic: Diagnostic;
  readonly absent: boolean;
}

/** Checks a part. Texts that are one variable and nothing else become the number or boolean the schema wants there. */
export function checkPart<Schema extends z.ZodObject>(schema: Schema, part: Part): Checked<z.output<Schema>> {
  let result = schema.safeParse(writtenValue(part.node, [schema]));
  if (!result.success && convertVariables(result.error.issues, part.node)) result = schema.safeParse(writtenValue(part.node, [schema]));
  if (result.success) return { value: result.data };
  const findings = result.error.issues.flatMap((issue) => findingsOf(issue, schema, part.node));
  return { problems: findings.map((finding) => problemOf(finding, part)) };
}

/** The plain value of a tree, but for floats that look like integers where one of the schemas must know. */
function writtenValue(node: ConfigNode, schemas: readonly z.core.$ZodType[]): unknown {
  const below = (child: ConfigNode, segment: PropertyKey) =>
    writtenValue(
      child,
      schemas.flatMap((schema) => childSchemas(schema, segment)),
    );
  if (node.kind === 'list') return node.items.map(below);
  // fromEntries defines properties, so a key `__proto__` is data like any other.
  if (node.kind === 'map') return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, below(value, key)]));
  return node.isFloat && schemas.some(isFieldValueSchema) ? new WrittenFloat(node.value as number) : node.value;
}

function problemOf(finding: Finding, part: Part): Problem {
  const { message, hint } = finding;
  const location = finding.underline === 'key' ? keyLocation(part, finding.at) : valueLocation(part, finding.at);
  const diagnostic = { location, subject: part.subject, message, hint };
  return { diagnostic, absent: finding.absent === true };
}

/** A warning for every option that is written and changes nothing; the schema says which and why. */
export function optionsWithoutEffect(schema: z.ZodObject, part: Part): Diagnostic[] {
  return [...part.node.entries.keys()].flatMap((key) => {
    const noEffect = childSchemas(schema, key).map((option) => metaOf(option).noEffect)[0];
    if (noEffect === undefined) return [];
    return [{ location: keyLocation(part, [key]), subject: part.subject, message: `"${key}" has no effect: ${noEffect}` }];
  });
}

/** Where the key stands that the path leads to; where it has none, that of the nearest one above that has. */
export function keyLocation(part: Part, path: NodePath): Location {
  return find(part.node, path).keyLocation ?? part.location;
}

function valueLocation(part: Part, path: NodePath): Location {
  const { node } = find(part.node, path);
  // A map or a list may go over many lines; its key says better which it is.
  return node?.kind === 'scalar' && node.location.length > 0 ? node.location : keyLocation(part, path);
}

function convertVariables(issues: readonly z.core.$ZodIssue[], root: MapNode, prefix: NodePath = []): boolean {
  let converted = false;
  for (const issue of issues) {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'invalid_union') for (const errors of issue.errors) converted = convertVariables(errors, root, path) || converted;
    if (issue.code === 'invalid_type') converted = convertVariable(find(root, path).node, issue.expected) || converted;
  }
  return converted;
}

function convertVariable(node: ConfigNode | undefined, expected: string): boolean {
  if (node?.kind !== 'scalar' || node.variable !== 'any' || typeof node.value !== 'string') return false;
  const text = node.value.trim();
  if (expected === 'boolean' && (text === 'true' || text === 'false')) node.value = text === 'true';
  else if (['number', 'int'].includes(expected) && text !== '' && Number.isFinite(Number(text))) node.value = Number(text);
  return typeof node.value !== 'string';
}

/** The places of a part whose text must not be shown: by the schema where there is one, and by name. */
export function secretLocations(node: ConfigNode, schema?: z.core.$ZodType): Location[] {
  const locations: Location[] = [];
  visitScalars(node, (scalar, key) => {
    if (isSensitiveName(key)) locations.push(scalar.location);
  });
  visitKeys(node, (key, { keyLocation: location }) => {
    if (isSuspiciousName(key)) locations.push(location);
  });
  if (schema !== undefined) collectSecrets(node, [schema], locations);
  return locations;
}

function collectSecrets(node: ConfigNode, schemas: readonly z.core.$ZodType[], locations: Location[]): void {
  if (schemas.some(isSecretSchema)) visitScalars(node, (scalar) => locations.push(scalar.location));
  const below = (segment: PropertyKey) => schemas.flatMap((schema) => childSchemas(schema, segment));
  if (node.kind === 'list') node.items.forEach((item, index) => collectSecrets(item, below(index), locations));
  if (node.kind !== 'map') return;
  const keys = schemas.flatMap((schema) => keysAt(schema, []));
  for (const [key, { value }] of node.entries) {
    const known = below(key);
    // A misspelt `tokn` holds a token all the same.
    collectSecrets(value, known.length > 0 || keys.length === 0 ? known : below(nearest(key, keys) ?? key), locations);
  }
}
