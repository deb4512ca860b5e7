/** One report of `scaphandre json`: source src/exporters/json.rs. All consumptions are powers in microwatts, whatever their name says. */
import { z } from 'zod';

const Container = z.object({ name: z.string(), id: z.string(), runtime: z.string(), scheduler: z.string() });

const Consumer = z.object({
  exe: z.string(),
  cmdline: z.string(),
  pid: z.number(),
  consumption: z.number(),
  container: Container.nullish(),
});

const Domain = z.object({ name: z.string(), consumption: z.number() });

const Report = z.object({
  host: z.object({ consumption: z.number(), timestamp: z.number() }),
  consumers: z.array(Consumer).default([]),
  /** One at the most, of however many. */
  sockets: z.array(z.object({ id: z.number(), consumption: z.number(), domains: z.array(Domain).default([]) })).default([]),
});
export type Report = Readonly<z.output<typeof Report>>;

/** A report from its text; undefined when it is none. */
export function parseReport(text: Buffer): Report | undefined {
  try {
    return Report.safeParse(JSON.parse(text.toString())).data;
  } catch {
    return undefined; // no JSON, so no report
  }
}

/** A command line as it was: Scaphandre puts a backslash before each quote and then writes that as JSON. */
export function originalCommandLine(cmdline: string): string {
  return cmdline.replaceAll('\\"', '"');
}
