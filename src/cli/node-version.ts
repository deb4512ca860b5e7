/** The oldest Node with all that is used here; `engines` in package.json says the same. */
export const OLDEST_NODE = '24.12';

/** What is wrong with a Node of this version (`20.20.2`), or undefined. An installed package meets whichever Node comes first in the PATH. */
export function nodeProblem(version: string, path: string): string | undefined {
  const [major, minor] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE.split('.').map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `Node ${OLDEST_NODE} or newer is needed, and ${path} is ${version}; put a newer one before it in the PATH`;
}
