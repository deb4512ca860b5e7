/** Drives one output alone: checked options in, points in, the server's results out. */
import type { z } from 'zod';
import { LineParser } from '../../src/formats/line-protocol/parse.ts';
import type { Point } from '../../src/metric/point.ts';
import type { Attempt, Output, PluginContext, PluginDefinition, SendResult } from '../../src/pipeline/plugin.ts';
import { joinPayloads } from '../../src/queue/payload.ts';

/** The output as a pipeline would make it, options checked by its schema. */
export function createOutput<Schema extends z.ZodObject>(
  definition: PluginDefinition<'output', Schema, Output>,
  options: z.input<Schema>,
  context: PluginContext,
): Output {
  return definition.create(definition.schema.parse(options), context);
}

/** The points of line protocol with times in nanoseconds. Throws on a bad line. */
export function pointsOf(context: PluginContext, lines: string): readonly Point[] {
  const parsed = new LineParser(context.interner).parse(Buffer.from(lines), { precision: 'ns', now: context.clock.now() });
  if (parsed.errorCount > 0) throw new Error(`bad line in a test: ${parsed.errors[0].reason}`);
  return parsed.points;
}

/** Encodes points and sends each payload once; the results in order. */
export async function deliver(output: Output, points: readonly Point[], maxPoints = 1000): Promise<SendResult[]> {
  const results: SendResult[] = [];
  for (const payload of output.encode(points, maxPoints)) results.push(await output.send(payload, firstTry));
  return results;
}

/** How many points a server refused, and the words it had for them. */
export function refusals(result: SendResult): { points: number; reasons: readonly string[] } {
  const refused = result.status === 'partial' ? result.refused : [];
  return { points: refused.reduce((sum, { points }) => sum + points, 0), reasons: [...new Set(refused.map(({ reason }) => reason))] };
}

/** Encodes points and sends all payloads of one destination as one. */
export function deliverJoined(output: Output, points: readonly Point[], maxPoints = 1000): Promise<SendResult> {
  return output.send(joinPayloads(output.encode(points, maxPoints)), firstTry);
}

/** A first try that nobody cuts short. */
export const firstTry: Attempt = { signal: new AbortController().signal, resent: false };
