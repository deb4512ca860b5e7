/** Runs the `tests:` inside a pipeline: its own processors and aggregators, on the test's input, compared by value. */
import type { PipelineConfig, PipelineTest } from '../config/pipeline-config.ts';
import type { Diagnostic } from '../config/diagnostics.ts';
import { LineParser, lineErrorText } from '../formats/line-protocol/parse.ts';
import { LineWriter } from '../formats/line-protocol/write.ts';
import type { Interner } from '../metric/interner.ts';
import { Point } from '../metric/point.ts';
import { buildParts } from './build.ts';
import type { Services } from './services.ts';

export interface TestResult {
  readonly name: string;
  readonly passed: boolean;
  /** Lines that were expected and did not come. */
  readonly missing: readonly string[];
  /** Lines that came and were not expected; empty for tests that say `contains`. */
  readonly unexpected: readonly string[];
  /** Lines of the test itself that can't be read. */
  readonly errors: readonly string[];
}

/** Runs all tests of a pipeline, each on a pipeline of its own; `services` is asked for one per test. */
export function runTests(config: PipelineConfig, services: () => Services): TestResult[] | { readonly diagnostics: readonly Diagnostic[] } {
  const results: TestResult[] = [];
  for (const test of config.tests) {
    const parts = buildParts({ ...config, inputs: [], outputs: [] }, services());
    if ('diagnostics' in parts) return parts;
    const input = readLines(parts.interner, test.input);
    const out = [...parts.flow.process(input.points), ...parts.flow.end()];
    results.push(compare(test, parts.interner, out, input.errors));
  }
  return results;
}

function compare(test: PipelineTest, interner: Interner, out: readonly Point[], inputErrors: readonly string[]): TestResult {
  const expected = readLines(interner, test.expect);
  const unexpected = linesOf(interner, out);
  const missing: string[] = [];
  for (const line of linesOf(interner, expected.points)) {
    const at = unexpected.indexOf(line);
    if (at === -1) missing.push(line);
    else unexpected.splice(at, 1);
  }
  const errors = [...inputErrors, ...expected.errors];
  const counted = test.contains ? [] : unexpected;
  return { name: test.name, passed: missing.length + counted.length + errors.length === 0, missing, unexpected: counted, errors };
}

function readLines(interner: Interner, text: string): { points: Point[]; errors: string[] } {
  const { points, errors } = new LineParser(interner).parse(Buffer.from(text), { precision: 'ns', now: { ms: 0, ns: 0 } });
  return { points, errors: errors.map(lineErrorText) };
}

/** One text per point, the same for equal points. */
function linesOf(interner: Interner, points: readonly Point[]): string[] {
  const writer = new LineWriter(interner, { uintSupport: true, sortFields: true });
  return points.map((point) => {
    // Decoded, so that 1.0 and 1 are one value.
    writer.append(point.source === null ? point : decoded(point));
    return writer.take().toString().trimEnd();
  });
}

function decoded(point: Point): Point {
  return Point.fromValues(point.shape, point.ms, point.ns, point.values);
}
