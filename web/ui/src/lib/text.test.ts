import { expect, it } from 'vitest';
import { grouped, matches } from './text';

it.each([
  ['', true], ['house', true], ['USE hou', true], ['use attic', false],
])('%j is found: %s', (query, found) => expect(matches(query, 'House', 'use', undefined)).toBe(found));

it('groups in natural order', () => {
  const groups = grouped(['tx 10/a', 'tx 2/a', 'tx 10/b'], (text) => text.split('/')[0]!);
  expect(groups).toEqual([['tx 2', ['tx 2/a']], ['tx 10', ['tx 10/a', 'tx 10/b']]]);
});
