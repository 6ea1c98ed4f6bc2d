import { describe, expect, it } from 'vitest';
import { bytesText, countText, digitsFor, plural, scaleFor, shown, valueText } from './format';

// Written with the separators of the machine that runs the tests.
const dot = (text: string): string => text.replace('.', (1.1).toLocaleString().charAt(1));

describe('scaleFor', () => {
  it.each([
    [999, 'W', 'W'], [1000, 'W', 'kW'], [-2500, 'W', 'kW'], [3.2e6, 'W', 'MW'], [5e12, 'B', 'TB'], [5e15, 'B', 'TB'],
    [12345, 'kWh', 'kWh'], [12345, '', ''], [NaN, 'W', 'W'], [4000, '°C', '°C'],
  ])('%s %s is shown in %j', (value, unit, expected) => expect(scaleFor(value, unit).unit).toBe(expected));
});

describe('shown', () => {
  it.each([
    [230, 'W', '230', 'W'], [1530, 'W', '1.53', 'kW'], [153000, 'W', '153.0', 'kW'], [21.456, '°C', '21.5', '°C'], [0.26, 'A', '0.260', 'A'],
    [0, 'W', '0', 'W'], [0.000382, 'kWh', '0.000', 'kWh'], [-0, 'W', '0', 'W'], [3.14159, '', '3.14', ''], [0.26 + 1e-9, '', '0.260', ''],
  ])('%s %s → %s %s', (value, unit, text, shownUnit) => {
    expect(shown(value, unit)).toEqual({ text: dot(text), unit: shownUnit });
  });
  it.each([null, undefined, NaN])('%s is a dash without unit', (value) => expect(valueText(value, 'W')).toBe('–'));
});

it.each([[0, 0], [12, 0], [1234.5, 0], [123.4, 1], [12.34, 1], [1.234, 2], [0.1234, 3], [0.00001, 6]])(
  '%s has %i decimals',
  (value, digits) => expect(digitsFor(value)).toBe(digits),
);

it('counts and sizes', () => {
  expect(plural(1, 'feed')).toBe('1 feed');
  expect(plural(0, 'feed')).toBe('0 feeds');
  expect(countText(12)).toBe('12');
  expect(bytesText(512)).toBe('512 B');
  expect(bytesText(13_824_000)).toBe(`${dot('13.8')} MB`);
  expect(bytesText(161_000)).toBe('161 kB');
});
