import type { ProcessorDefinition } from '../../src/pipeline/registry.ts';
import { testContext, type TestContext } from './context.ts';
import { parsePoints, process, toLines } from './points.ts';

/** What a processor with these options makes of some line protocol, as line protocol with the fields sorted. Throws what `create` does. */
export function processed(definition: ProcessorDefinition, options: object, text: string, context: TestContext = testContext()): string[] {
  const processor = definition.create(definition.schema.parse(options), context);
  return toLines(context.interner, process(processor, parsePoints(context.interner, text)));
}
