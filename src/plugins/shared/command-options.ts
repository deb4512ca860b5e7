/** The options of inputs that run programs. */
import { z } from 'zod';

const variable = z.string().regex(/^[^=]+=/s, { error: 'write KEY=value' });

export const environmentOption = z
  .array(variable)
  .default([])
  .describe('Environment variables for the program, each `KEY=value`, over those of Wattbridge itself.');
