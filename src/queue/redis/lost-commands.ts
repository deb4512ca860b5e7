/**
 * BullMQ leaves some commands of a batch to themselves. When the connection is lost they reject with nobody to hear it, and Node ends a
 * process for that. Whoever waits for the batch is told all the same, and all that is done over Redis is done again: so such a
 * rejection says nothing new. Every other one ends the process, as ever. (Seen with bullmq 6.7 and ioredis 6, Redis killed under load.)
 */
import type { Log } from '../../telemetry/log.ts';

/** Lets commands that ended with the connection go unheard, until the function that it gives is called. */
export function letLostCommandsGo(log: Log): () => void {
  const onUnhandled = (reason: unknown): void => {
    if (!isLostCommand(reason)) throw reason;
    log.debug('a command ended with the connection to Redis', { reason: reason.message });
  };
  process.on('unhandledRejection', onUnhandled);
  return () => void process.off('unhandledRejection', onUnhandled);
}

/** Whether an error is what ioredis says of a command whose connection is gone. */
export function isLostCommand(reason: unknown): reason is Error {
  return reason instanceof Error && (reason.name === 'MaxRetriesPerRequestError' || reason.message === 'Connection is closed.');
}
