import { describe, expect, it } from 'vitest';
import { at, stats, type Shape } from './shape';

function shape(value: (number | null)[], more: Partial<Shape> = {}): Shape {
  const time = value.map((_, i) => 100 + i * 10);
  return { feed: 1, kind: 'line', time, value, min: null, max: null, interval: 10, delta: false, ...more };
}

describe('at', () => {
  const s = shape([1, 2, 3]);
  it.each([[99, -1], [100, 0], [109, 0], [110, 1], [129, 2], [136, -1]])('time %i is in step %i', (time, index) => {
    expect(at(s, time)).toBe(index);
  });
  it('an empty shape has no step', () => expect(at(shape([]), 5)).toBe(-1));
});

describe('stats', () => {
  it('leaves out gaps and what is not in view', () => {
    const s = stats(shape([5, 1, null, 3, 100]), 'V', 110, 135);
    expect(s).toEqual({ min: 1, max: 3, mean: 2, last: 3, total: null, totalUnit: '' });
  });
  it('takes the extremes of the steps', () => {
    const s = stats(shape([2, 4], { min: [0, 3], max: [3, 9] }), 'V', 0, 1000);
    expect([s.min, s.max, s.mean]).toEqual([0, 9, 3]);
  });
  it('turns power into energy', () => {
    const s = stats(shape([1000, 3000], { interval: 1800 }), 'W', 0, 1e6);
    expect([s.total, s.totalUnit]).toEqual([2, 'kWh']);
  });
  it('takes the change of a counter and the sum of differences', () => {
    expect(stats(shape([10, 11, 13.5]), 'kWh', 0, 1e6).total).toBe(3.5);
    expect(stats(shape([10, 11, 13.5], { delta: true }), 'kWh', 0, 1e6).total).toBe(34.5);
  });
  it('knows nothing about nothing', () => expect(stats(shape([null]), 'W', 0, 1e6).mean).toBeNull());
});

it('points without a fixed interval hold until the next, for an hour at most', () => {
  const s: Shape = {
    feed: 1, kind: 'points', time: [0, 1800, 100_000], value: [1000, 2000, 5], min: null, max: null, interval: 0, delta: false,
  };
  expect(stats(s, 'W', -1, 1e6).total).toBe(2.5);
});
