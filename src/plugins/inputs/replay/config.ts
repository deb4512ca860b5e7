import { z } from 'zod';
import { characterEncoding } from '../../shared/character-encoding.ts';
import { textFormatOptions } from '../../shared/text-format.ts';

export const ReplayOptions = z.strictObject({
  file: z.string().describe('The recording.'),
  speed: z.number().nonnegative().default(1).describe("Pace: 1 is the recording's own, 10 is ten times as fast, 0 is as fast as possible."),
  move: z
    .enum(['none', 'start_now', 'end_now'])
    .default('none')
    .describe(
      'Moves its times so that it starts or ends now, by whole multiples of its interval. Faster than its own pace, `start_now` runs into the future.',
    ),
  loop: z
    .boolean()
    .default(false)
    .describe(
      'Starts over at the end, with times that go on where the last round ended. Counters in it fall back to where they began: a reset, for what reads them.',
    ),
  ...textFormatOptions,
  character_encoding: characterEncoding,
});
export type ReplayConfig = z.output<typeof ReplayOptions>;
