import { engines } from '../api/types';
import type { NewFeed } from '../api/feeds';
import type { Input } from '../api/types';
import { cleanName } from '../feeds/store.svelte';
import { intervals } from '../lib/time';

/** What names in the field usually measure, tried in this order. */
const units: [RegExp, string][] = [
  [/kwh|energy[_ -]?total/i, 'kWh'],
  [/(^|[_\d-])wh($|[_\d-])|pulse.*wh/i, 'Wh'],
  [/volt|(^|[_-])v(rms)?\d*$/i, 'V'],
  [/current|amps?$|^i\d*$/i, 'A'],
  [/freq|hertz|hz$/i, 'Hz'],
  [/temp|_t$|^t\d+$|flow_?t|return_?t/i, '°C'],
  [/humid|percent|pct|soc$|_used$|usage|^cpu/i, '%'],
  [/flow_?rate|l[_-]?min/i, 'l/min'],
  [/bytes/i, 'B'],
  [/power|watt|^p\d*$|_w$|^ct\d|solar|grid|house|import|export|^use$|heat_?pump|ev$|charger/i, 'W'],
];

export function guessUnit(name: string): string {
  return units.find(([pattern]) => pattern.test(name))?.[1] ?? '';
}

/** guessInterval gives the offered interval next to what was seen between two values. */
export function guessInterval(pace: number | undefined): number {
  if (!pace || pace <= 0) return 10;
  // A value a little late must not halve the resolution, so the next smaller interval wins ties.
  return intervals.reduce((best, each) => (Math.abs(each - pace) < Math.abs(best - pace) ? each : best), intervals[0]!);
}

export function feedFor(input: Input, pace: number | undefined): NewFeed {
  return {
    tag: cleanName(input.node),
    name: cleanName(input.name),
    engine: engines.fixed,
    interval: guessInterval(pace),
    unit: guessUnit(input.name),
  };
}
