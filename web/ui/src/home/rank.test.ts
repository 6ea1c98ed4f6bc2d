import { expect, it } from 'vitest';
import type { Feed } from '../api/types';
import { ranked } from './rank';

function feed(id: number, name: string, unit: string, time: number | null): Feed {
  return {
    id, name, unit, time, value: 1, tag: 't', public: false, engine: 5, size: 0, start: null, end: null, interval: 10, points: 0,
  };
}

it('prefers what updates, then what people look for', () => {
  const now = 100_000;
  const list = [
    feed(1, 'use', 'W', 10), feed(2, 'misc', '', now), feed(3, 'solar_kwh', 'kWh', now), feed(4, 'solar', 'W', now),
    feed(5, 'house', 'W', now), feed(6, 'voltage', 'V', now), feed(7, 'never', 'W', null),
  ];
  const names = ranked(list, (each) => each.time, now).map((each) => each.name);
  expect(names).toEqual(['house', 'solar', 'solar_kwh', 'voltage', 'misc', 'use', 'never']);
});
