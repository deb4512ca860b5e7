import { expect, it } from 'vitest';
import { isLostCommand } from '../../../../src/queue/redis/lost-commands.ts';

it.each([
  [Object.assign(new Error('Reached the max retries per request limit (which is 0).'), { name: 'MaxRetriesPerRequestError' }), true],
  [new Error('Connection is closed.'), true],
  [new TypeError('x is not a function'), false],
  ['Connection is closed.', false],
])('only a command that ended with its connection may go unheard: %s', (reason, expected) => {
  expect(isLostCommand(reason)).toBe(expected);
});
