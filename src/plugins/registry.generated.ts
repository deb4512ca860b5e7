// Written by `npm run gen` from the folders beside it. Do not edit.
import type { AggregatorDefinition, InputDefinition, OutputDefinition, ProcessorDefinition, Registry } from '../pipeline/plugin.ts';
import { override as overrideProcessor } from './processors/override/plugin.ts';
import { rename as renameProcessor } from './processors/rename/plugin.ts';
import { minmax as minmaxAggregator } from './aggregators/minmax/plugin.ts';

/** All plugins there are. */
export const registry: Registry = {
  inputs: new Map<string, InputDefinition>([]),
  processors: new Map<string, ProcessorDefinition>([
    ['override', overrideProcessor],
    ['rename', renameProcessor],
  ]),
  aggregators: new Map<string, AggregatorDefinition>([
    ['minmax', minmaxAggregator],
  ]),
  outputs: new Map<string, OutputDefinition>([]),
};
