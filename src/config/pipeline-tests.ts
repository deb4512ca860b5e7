/** The `tests:` of a pipeline file. */
import { z } from 'zod';
import type { PipelineTest } from './pipeline-config.ts';

export const PipelineTestOptions = z
  .strictObject({
    name: z.string().min(1).describe('What the test shows; printed when it fails.'),
    input: z.string().describe('Line protocol, as inputs would deliver it.'),
    expect: z.string().optional().describe('Line protocol that must come out, in any order, and nothing else.'),
    contains: z.string().optional().describe('Line protocol that must come out, in any order; other lines may come out too.'),
  })
  .refine((test) => (test.expect === undefined) !== (test.contains === undefined), { message: 'a test has either "expect" or "contains"' });

/** The test as the runner wants it. */
export function pipelineTest({ name, input, expect, contains }: z.output<typeof PipelineTestOptions>): PipelineTest {
  return { name, input, expect: expect ?? contains ?? '', contains: contains !== undefined };
}
