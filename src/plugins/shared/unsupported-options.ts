/** Telegraf's options that Wattbridge does not have: named at load with the reason, instead of left out without a word. */
import { z } from 'zod';

/**
 * Options for a plugin's schema, by the reason why they are refused. Written as Telegraf's samples have them, switched off, they
 * pass. None of them means anything, so the type says nothing of them.
 */
export function unsupportedOptions(reasons: Readonly<Record<string, readonly string[]>>): object {
  return Object.fromEntries(Object.entries(reasons).flatMap(([reason, names]) => names.map((name) => [name, refused(reason)])));
}

function refused(reason: string): z.ZodType {
  return z
    .unknown()
    .refine(isOff, `Telegraf has this option, Wattbridge has not: ${reason}`)
    .optional()
    .meta({ description: `Of Telegraf; refused at load unless it is off: ${reason}.`, deprecated: true });
}

/** Whether an option asks for nothing: false, 0, empty, or a table that is not `enabled`. */
function isOff(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isOff);
  if (typeof value !== 'object' || value === null) return [undefined, false, '', 0, '0s'].includes(value as undefined);
  return 'enabled' in value ? value.enabled === false : Object.values(value).every(isOff);
}
