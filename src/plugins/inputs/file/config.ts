import { z } from 'zod';
import { characterEncoding } from '../../shared/character-encoding.ts';
import { textFormatOptions } from '../../shared/text-format.ts';

export const FileOptions = z.strictObject({
  files: z
    .array(z.string())
    .min(1)
    .describe('Files to read, in this order; `*`, `**`, `?` and `[…]` match several, taken in lexical order.'),
  ...textFormatOptions,
  character_encoding: characterEncoding,
  file_tag: z.string().default('').describe("Tag that gets the file's name without folders."),
  file_path_tag: z.string().default('').describe("Tag that gets the file's full path."),
});
export type FileConfig = z.output<typeof FileOptions>;
