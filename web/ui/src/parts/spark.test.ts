import { expect, it } from 'vitest';
import type { Band } from '../api/types';
import { sparkPath } from './spark';

function band(mean: (number | null)[]): Band {
  return { feed: 1, interval: 10, raw: false, time: mean.map((_, i) => i * 10), mean, min: mean, max: mean };
}

it('fills the box from the lowest to the highest value', () => {
  expect(sparkPath(band([0, 10, 5]), 0, 20)?.line).toBe('M0.00 28.00L50.00 2.00L100.00 15.00');
});

it('leaves gaps, and keeps values that stand alone', () => {
  expect(sparkPath(band([0, 1, null, 1, null]), 0, 40)?.line).toBe('M0.00 28.00L25.00 2.00M75.00 2.00h0.5');
});

it('draws a steady value in the middle', () => {
  expect(sparkPath(band([7, 7]), 0, 10)?.line).toBe('M0.00 15.00L100.00 15.00');
});

it('draws nothing without values', () => {
  expect(sparkPath(band([null, null]), 0, 10)).toBeNull();
  expect(sparkPath(band([]), 0, 10)).toBeNull();
});
