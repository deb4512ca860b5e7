/** What the process ends with; docs/operations.md tells the users. */
export const ExitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  /** EX_CONFIG of sysexits.h, so that a service manager need not restart it. */
  badConfig: 78,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** A command's way to say how it ended. */
export type Finish = (code: ExitCode) => void;
