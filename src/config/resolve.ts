/** Variables and secrets, put into a parsed tree: into its texts only, so no value can ever change the structure. Or, where asked, into the raw text. */
import type { Diagnostic, Location } from './diagnostics.ts';
import { maskedRanges } from './masking.ts';
import { visitScalars, type MapNode, type ScalarNode } from './node.ts';
import { resolveSecrets } from './secret-stores.ts';
import { placeOn, type TomlLine } from './toml-text.ts';
import { expandVariables, isWholeVariable, type Environment, type Expanded, type VariableSyntax } from './variables.ts';

/** Errors go to `diagnostics`, variables that are not set to `warnings`. */
export interface ResolveReport {
  readonly diagnostics: Diagnostic[];
  readonly warnings: Diagnostic[];
}

export interface Resolution {
  readonly env: Environment;
  /** How variables are written; `none`: they have been substituted already, and only secrets are left. */
  readonly variables: VariableSyntax | 'none';
  /** Whether a text that is one variable and nothing else may stand for a number or a boolean. */
  readonly convertsVariables: boolean;
  /** Of a key, whether what it holds may not be shown. */
  readonly isSecret: (key: string) => boolean;
}

/** Substitutes in place. */
export function resolveTree(root: MapNode, resolution: Resolution, report: ResolveReport): void {
  visitScalars(root, (scalar, key) => {
    if (typeof scalar.value === 'string') resolveScalar(scalar, scalar.value, resolution.isSecret(key), resolution, report);
  });
}

function resolveScalar(scalar: ScalarNode, written: string, isSecret: boolean, resolution: Resolution, report: ResolveReport): void {
  const { env, variables, convertsVariables } = resolution;
  const { location } = scalar;
  let text = written;
  if (variables !== 'none') {
    const expanded = expandVariables(written, env, variables);
    tellOfVariables(expanded, written, location, isSecret, report);
    if (expanded.unknown.length === 0 && isWholeVariable(written)) scalar.variable = convertsVariables ? 'any' : 'text';
    ({ text } = expanded);
  }
  const resolved = resolveSecrets(text, env);
  for (const problem of resolved.problems) report.diagnostics.push({ location, subject: '', ...problem });
  scalar.value = resolved.text;
  if (resolved.secret) scalar.secret = true;
}

/**
 * Lines of a file with variables substituted in the raw text, as Telegraf does with `--non-strict-env-handling`: what a variable holds
 * may be a number, a list, even several lines.
 */
export function resolveLines(
  lines: readonly TomlLine[],
  file: string,
  resolution: Pick<Resolution, 'env'> & { readonly variables: VariableSyntax },
  report: ResolveReport,
): TomlLine[] {
  return lines.flatMap((line) => {
    if (!line.text.includes('$')) return [line];
    const expanded = expandVariables(line.text, resolution.env, resolution.variables);
    const mayBeSecret = maskedRanges(line.text, []).length > 0;
    tellOfVariables(expanded, line.text, placeOn(line, line.text.indexOf('$'), 1, file), mayBeSecret, report);
    return expanded.text.split(/\r?\n/).map((text) => ({ text, number: line.number, written: line.text }));
  });
}

function tellOfVariables(expanded: Expanded, written: string, location: Location, isSecret: boolean, report: ResolveReport): void {
  for (const name of expanded.unknown) report.warnings.push({ location, subject: '', message: unknownVariable(name, written, isSecret) });
  for (const { name, message } of expanded.missing) {
    const reason = message === '' ? '' : `: ${message}`;
    report.diagnostics.push({ location, subject: '', message: `required variable ${name} is missing a value${reason}` });
  }
}

/** A dollar sign in a password is no variable, and the name after it is a part of the password. */
function unknownVariable(name: string, written: string, isSecret: boolean): string {
  if (isSecret && written !== `\${${name}}`) return 'there is a $ here with no variable of that name; write $$ for a dollar sign';
  return `the environment variable ${name} is not set; \${${name}} stays as written`;
}
