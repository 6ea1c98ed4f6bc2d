import { describe, expect, it } from 'vitest';
import type { Feed } from '../api/types';
import { barOf, decode, encode, fresh, place, presets, without, type GraphState } from './state';

function feed(id: number, unit: string): Feed {
  return {
    id, unit, name: `f${id}`, tag: '', public: false, engine: 5, size: 0, start: null, end: null, interval: 10, points: 0,
    time: null, value: null,
  };
}

describe('link', () => {
  it.each([
    'last=1d',
    'feeds=12&last=1d',
    'feeds=12,13.r,14.a,15.rd&last=1w&view=day',
    'feeds=3&from=1700000000&to=1700003600&view=raw',
    'feeds=3&last=all&view=month',
    'feeds=3&last=5400',
    ...presets.map((preset) => `last=${preset.name}`),
  ])('comes back as it was: %s', (query) => expect(encode(decode(query))).toBe(query));

  it.each([
    ['', 'last=1d'],
    ['feeds=x,0,-1,5,5&last=soon&view=pie', 'feeds=5&last=1d'],
    ['from=200&to=100', 'last=1d'],
    ['from=100', 'last=1d'],
    ['last=-5', 'last=1d'],
  ])('repairs %j', (query, expected) => expect(encode(decode(query))).toBe(expected));

  it('widens fractions of a second', () => {
    const state: GraphState = { ...fresh(), window: { kind: 'fixed', from: 10.6, to: 20.2 } };
    expect(encode(state)).toBe('from=10&to=21');
  });
});

describe('place', () => {
  const list = [feed(1, 'W'), feed(2, 'W'), feed(3, '°C')];
  const known = new Map(list.map((each) => [each.id, each]));

  it('puts a second unit to the right', () => {
    const state = list.reduce((sum, each) => place(sum, each, known), fresh());
    expect(encode(state)).toBe('feeds=1,2,3.r&last=1d');
  });

  it('adds a feed once', () => {
    const once = place(fresh(), list[0]!, known);
    expect(place(once, list[0]!, known)).toBe(once);
    expect(without(once, 1).lines).toEqual([]);
  });
});

it.each([
  ['auto', 'kWh', 'delta'],
  ['auto', 'W', 'average'],
  ['average', 'kWh', 'average'],
  ['delta', '', 'delta'],
] as const)('a bar set to %s of %j is its %s', (bar, unit, expected) => {
  expect(barOf({ feed: 1, axis: 'left', bar }, unit)).toBe(expected);
});
