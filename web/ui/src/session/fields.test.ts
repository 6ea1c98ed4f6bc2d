import { expect, it } from 'vitest';
import { fieldOf } from './fields';

it.each([
  ['Username must only contain a-z and 0-9 characters', 'username'],
  ['Email address format error', 'email'],
  ['Password must be at least 4 characters', 'password'],
  ['Incorrect username or password', 'form'],
  ['Too many attempts, please try again later', 'form'],
])('%s → %s', (message, field) => expect(fieldOf(message)).toBe(field));
