import type { JsonValue } from './flatten.ts';
import { compileWildcards } from './wildcards.ts';

/** Whether an element of an array is meant. */
export type Condition = (element: JsonValue) => boolean;

type CompilePath = (path: string) => (value: JsonValue) => JsonValue | undefined;
type Scalar = string | number | boolean | null;

/** What two values are to each other: texts and numbers have an order, among their own kind. */
const OPERATORS: Readonly<Record<string, (found: Scalar, wanted: Scalar) => boolean>> = {
  '==': (found, wanted) => found === wanted,
  '!=': (found, wanted) => found !== wanted,
  '<': (found, wanted) => isComparable(found, wanted) && found < (wanted as typeof found),
  '<=': (found, wanted) => isComparable(found, wanted) && found <= (wanted as typeof found),
  '>': (found, wanted) => isComparable(found, wanted) && found > (wanted as typeof found),
  '>=': (found, wanted) => isComparable(found, wanted) && found >= (wanted as typeof found),
};

/** Compiles what stands in the parentheses of `#(name=="dram")`. Throws an `Error` that says what can't be read. */
export function compileCondition(text: string, compilePath: CompilePath): Condition {
  const match = /^((?:\\.|[^\\=!<>%"])*?)\s*(==|=|!=|<=|>=|<|>|!%|%)\s*(.*)$/s.exec(text);
  // Without an operator: that there is such a value.
  if (match === null) return existence(compilePath(text.trim()));
  const [, path, operator, literal] = match;
  const wanted = readLiteral(literal);
  const test = compileTest(operator, wanted);
  if (path.trim() === '') return (element) => isScalar(element) && test(element);
  const select = compilePath(path.trim());
  return (element) => {
    const found = select(element);
    return found !== undefined && isScalar(found) && test(found);
  };
}

function existence(select: ReturnType<CompilePath>): Condition {
  return (element) => select(element) !== undefined;
}

function compileTest(operator: string, wanted: Scalar): (found: Scalar) => boolean {
  if (operator.endsWith('%')) {
    const matches = compileWildcards(String(wanted));
    return (found) => typeof found === 'string' && matches(found) === (operator === '%');
  }
  const compare = OPERATORS[operator === '=' ? '==' : operator];
  return (found) => compare(found, wanted);
}

/** A value as in JSON; what is none is a text, as GJSON takes it. */
function readLiteral(text: string): Scalar {
  try {
    const value = JSON.parse(text) as JsonValue;
    if (isScalar(value)) return value;
  } catch {
    return text;
  }
  throw new Error(`"${text}" can't be compared with; a text, a number, true, false or null can`);
}

function isScalar(value: JsonValue): value is Scalar {
  return value === null || typeof value !== 'object';
}

function isComparable(found: Scalar, wanted: Scalar): found is string | number {
  return typeof found === typeof wanted && (typeof found === 'string' || typeof found === 'number');
}
