/** A value that can't be converted, and why. */
export interface Failure {
  readonly failed: string;
}

export function failure(reason: string): Failure {
  return { failed: reason };
}

export function isFailure(result: unknown): result is Failure {
  return typeof result === 'object' && result !== null && 'failed' in result;
}
