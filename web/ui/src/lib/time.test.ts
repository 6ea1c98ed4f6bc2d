import { describe, expect, it } from 'vitest';
import { Clock, day, durationText, hour, intervalText, minute, spanText } from './time';

const at = (text: string): number => Date.parse(text) / 1000;

it.each([
  [0.4, '0 s'], [59.9, '59 s'], [60, '1 min'], [3599, '59 min'], [47 * hour, '47 h'], [48 * hour, '2 d'], [59 * day, '59 d'],
  [100 * day, '3 mo'], [800 * day, '2 y'], [-90, '1 min'],
])('an age of %s s is %s', (seconds, text) => expect(durationText(seconds)).toBe(text));

it.each([
  [hour, '1 h'], [day + 4 * hour, '1 d 4 h'], [day + 5 * minute, '1 d'], [90, '1 min 30 s'], [0, '0 s'], [7 * day, '7 d'],
])('a window of %s s is %s long', (seconds, text) => expect(spanText(seconds)).toBe(text));

it.each([[10, '10 s'], [300, '5 min'], [7200, '2 h'], [day, '1 d'], [0, '–'], [10.04, '10 s']])(
  'an interval of %s s is %s',
  (seconds, text) => expect(intervalText(seconds)).toBe(text),
);

describe('Clock', () => {
  const berlin = new Clock('Europe/Berlin');

  it('writes times with the offset of their season', () => {
    expect(berlin.iso(at('2026-03-29T00:59:59Z'))).toBe('2026-03-29T01:59:59+01:00');
    expect(berlin.iso(at('2026-03-29T01:00:00Z'))).toBe('2026-03-29T03:00:00+02:00');
    expect(new Clock('America/St_Johns').iso(at('2026-01-01T00:00:00Z'))).toBe('2025-12-31T20:30:00-03:30');
  });

  it.each([
    ['2026-11-20T11:00:00Z', 0, '2026-11-19T23:00:00Z'],
    ['2026-03-29T12:00:00Z', 0, '2026-03-28T23:00:00Z'],
    ['2026-03-29T12:00:00Z', 1, '2026-03-29T22:00:00Z'],
    ['2026-10-25T23:30:00Z', 0, '2026-10-25T23:00:00Z'],
    ['2026-10-26T12:00:00Z', -1, '2026-10-24T22:00:00Z'],
  ])('midnight of %s, %i days on, is %s', (time, days, expected) => {
    expect(berlin.midnight(at(time), days)).toBe(at(expected));
  });

  it('shows the wall clock of the zone whatever the zone of the machine', () => {
    const wall = new Clock('Asia/Kolkata').wall(at('2026-11-20T20:00:00Z'));
    expect([wall.getFullYear(), wall.getMonth() + 1, wall.getDate(), wall.getHours(), wall.getMinutes()]).toEqual([2026, 11, 21, 1, 30]);
  });

  it('takes the machine’s zone for an unknown one', () => {
    expect(() => new Clock('Mars/Olympus').text(0)).not.toThrow();
  });
});
