/** Variables and secrets, put into a parsed tree: into its texts only, so no value can ever change the structure. */
import type { Diagnostic } from './diagnostics.ts';
import { visitScalars, type MapNode, type ScalarNode } from './node.ts';
import { resolveSecrets } from './secret-stores.ts';
import { expandVariables, isWholeVariable, type Environment } from './variables.ts';

/** Errors go to `diagnostics`, variables that are not set to `warnings`. */
export interface ResolveReport {
  readonly diagnostics: Diagnostic[];
  readonly warnings: Diagnostic[];
}

/** Substitutes in place; `isSecret` says of a key whether what it holds may be shown. */
export function resolveTree(root: MapNode, env: Environment, isSecret: (key: string) => boolean, report: ResolveReport): void {
  visitScalars(root, (scalar, key) => {
    if (typeof scalar.value === 'string') resolveScalar(scalar, scalar.value, env, isSecret(key), report);
  });
}

function resolveScalar(scalar: ScalarNode, written: string, env: Environment, isSecret: boolean, report: ResolveReport): void {
  const { location } = scalar;
  const expanded = expandVariables(written, env);
  for (const name of expanded.unknown) report.warnings.push({ location, subject: '', message: unknownVariable(name, written, isSecret) });
  for (const { name, message } of expanded.missing) {
    const reason = message === '' ? '' : `: ${message}`;
    report.diagnostics.push({ location, subject: '', message: `required variable ${name} is missing a value${reason}` });
  }
  const resolved = resolveSecrets(expanded.text, env);
  for (const problem of resolved.problems) report.diagnostics.push({ location, subject: '', ...problem });
  scalar.value = resolved.text;
  if (resolved.secret) scalar.secret = true;
  if (expanded.unknown.length === 0 && isWholeVariable(written)) scalar.wholeVariable = true;
}

/** A dollar sign in a password is no variable, and the name after it is a part of the password. */
function unknownVariable(name: string, written: string, isSecret: boolean): string {
  if (isSecret && written !== `\${${name}}`) return 'there is a $ here with no variable of that name; write $$ for a dollar sign';
  return `the environment variable ${name} is not set; \${${name}} stays as written`;
}
