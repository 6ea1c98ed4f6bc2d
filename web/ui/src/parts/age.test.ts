import { expect, it } from 'vitest';
import { ageOf } from './age';

const now = 1_700_000_000;

it.each([
  [0, 0, 'fresh'], [29, 0, 'fresh'], [30, 0, 'late'], [59, 0, 'late'], [60, 0, 'stale'], [3599, 0, 'stale'], [3600, 0, 'dead'],
  [40 * 86400, 0, 'none'], [-5, 0, 'fresh'], [-60, 0, 'future'],
  [29, 10, 'fresh'], [30, 10, 'late'], [60, 10, 'stale'], [119, 10, 'stale'], [120, 10, 'dead'], [899, 300, 'fresh'],
])('%i s old at an interval of %i s is %s', (age, interval, kind) => {
  expect(ageOf(now - age, now, interval).kind).toBe(kind);
});

it('never seen is said so', () => expect(ageOf(null, now).text).toBe('never'));
