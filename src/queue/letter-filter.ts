import type { DeadLetter, DeadLetterFilter } from './store.ts';

/** Whether a dead letter is one of those that a filter means. */
export function matchesLetter(letter: Pick<DeadLetter, 'id' | 'output' | 'reason'>, { ids, output, reason }: DeadLetterFilter): boolean {
  if (ids !== undefined && !ids.includes(letter.id)) return false;
  if (output !== undefined && letter.output !== output) return false;
  return reason === undefined || letter.reason.toLowerCase().includes(reason.toLowerCase());
}
