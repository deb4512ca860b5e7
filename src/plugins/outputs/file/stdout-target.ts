import type { Target } from './target.ts';

/** The standard output, which is never closed. */
export const stdoutTarget: Target = {
  open: () => Promise.resolve(),
  append: (bytes) =>
    new Promise((resolve, reject) => {
      process.stdout.write(bytes, (error) => {
        if (error === null || error === undefined) resolve();
        else reject(new Error(`cannot write to stdout: ${error.message}`, { cause: error }));
      });
    }),
  close: () => Promise.resolve(),
};
