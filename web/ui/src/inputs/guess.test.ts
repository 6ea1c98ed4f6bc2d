import { describe, expect, it } from 'vitest';
import { feedFor, guessInterval, guessUnit } from './guess';

describe('guessUnit', () => {
  it.each([
    ['power1', 'W'], ['solar', 'W'], ['house_kwh', 'kWh'], ['vrms', 'V'], ['v1', 'V'], ['voltage', 'V'], ['temp_outside', '°C'],
    ['t1', '°C'], ['humidity', '%'], ['cpu', '%'], ['frequency', 'Hz'], ['battery_soc', '%'], ['ct2', 'W'], ['anything', ''],
    ['pulse_wh', 'Wh'],
  ])('%s is in %j', (name, unit) => expect(guessUnit(name)).toBe(unit));
});

describe('guessInterval', () => {
  it.each([[undefined, 10], [0, 10], [1, 10], [9.8, 10], [11, 10], [29, 30], [62, 60], [301, 300], [1e9, 86400]])(
    '%s s → %i s',
    (pace, interval) => expect(guessInterval(pace)).toBe(interval),
  );
});

it('feedFor makes names that the server takes', () => {
  const input = { id: 1, node: 'emon/tx.3', name: 'power 1', description: '', list: '', time: null, value: null };
  expect(feedFor(input, 10)).toEqual({ tag: 'emon_tx_3', name: 'power 1', engine: 5, interval: 10, unit: 'W' });
});
