/** Tests run as root in CI, and root may read everything. */

/** `nobody`, on every Linux. */
const NOBODY = 65_534;

/**
 * Runs this as a user who may read only what all may; for whoever is not root already, nothing changes. The whole process is that
 * user meanwhile (all of its threads): nothing else must be under way.
 */
export async function withoutPrivileges<T>(run: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return run();
  process.seteuid?.(NOBODY);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}
