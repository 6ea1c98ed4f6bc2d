import { describe, expect, it } from 'vitest';
import { asWindow, panned, refreshEvery, spanOf, stepFor, zoomed } from './window';

const now = 1_700_000_000;

describe('spanOf', () => {
  it('follows the time', () => {
    expect(spanOf({ kind: 'last', seconds: 60 }, now, null)).toEqual({ from: now - 60, to: now });
  });
  it('all begins with the oldest feed', () => {
    expect(spanOf({ kind: 'all' }, now, now - 1000)).toEqual({ from: now - 1000, to: now });
    expect(spanOf({ kind: 'all' }, now, null)).toEqual({ from: now - 86400, to: now });
    expect(spanOf({ kind: 'all' }, now, now + 50).from).toBeLessThan(now);
  });
});

describe('zoomed', () => {
  it('keeps the point under the pointer', () => {
    const span = zoomed({ from: 0, to: 1000 }, 0.5, 250);
    expect(span).toEqual({ from: 125, to: 625 });
  });
  it('stops at ten seconds', () => {
    const span = zoomed({ from: 0, to: 12 }, 0.01);
    expect(span.to - span.from).toBe(10);
  });
});

it('panned moves by a share', () => {
  expect(panned({ from: 0, to: 100 }, -0.25)).toEqual({ from: -25, to: 75 });
});

describe('asWindow', () => {
  it('keeps a past span', () => {
    expect(asWindow({ from: now - 1000.5, to: now - 500.5 }, now)).toEqual({ kind: 'fixed', from: now - 1001, to: now - 500 });
  });
  it('follows again when the end comes near now, or far beyond', () => {
    expect(asWindow({ from: now - 1000, to: now - 2 }, now)).toEqual({ kind: 'last', seconds: 998 });
    expect(asWindow({ from: now + 1000, to: now + 2000 }, now)).toEqual({ kind: 'last', seconds: 1000 });
  });
});

it.each([[3600, 800, 5], [86400, 800, 120], [10, 800, 1], [86400 * 3650, 800, 86400 * 5]])(
  '%i s in %i steps: %i s each',
  (seconds, count, step) => expect(stepFor(seconds, count)).toBe(step),
);

it.each([[600, 2], [3600, 4.5], [86400 * 365, 60]])('a window of %i s is asked for again after %i s', (length, expected) => {
  expect(refreshEvery({ from: 0, to: length }, 800)).toBe(expected);
});
