import { durationText, hour } from '../lib/time';

export type AgeKind = 'fresh' | 'late' | 'stale' | 'dead' | 'none' | 'future';

export interface Age {
  kind: AgeKind;
  /** Short text for a column: "4 s". */
  text: string;
  /** What the colour means, for those who do not see it. */
  words: string;
}

const month = 31 * 24 * hour;
/** Clocks of devices are rarely exact; only more than this counts as the future. */
const tolerance = 10;

/**
 * ageOf judges a value by the age users know from emoncms: below 3, 6, 12 intervals, or without a known interval
 * below 30 s, 60 s, one hour.
 */
export function ageOf(time: number | null, now: number, interval = 0): Age {
  if (time === null || time === 0) return { kind: 'none', text: 'never', words: 'no value yet' };
  const age = now - time;
  if (age < -tolerance) return { kind: 'future', text: `in ${durationText(age)}`, words: 'ahead of the clock' };
  const text = durationText(Math.max(0, age));
  const limits = interval > 0 ? [3 * interval, 6 * interval, 12 * interval] : [30, 60, hour];
  if (age < limits[0]!) return { kind: 'fresh', text, words: 'up to date' };
  if (age < limits[1]!) return { kind: 'late', text, words: 'a little late' };
  if (age < limits[2]!) return { kind: 'stale', text, words: 'late' };
  if (age < month) return { kind: 'dead', text, words: 'no longer updating' };
  return { kind: 'none', text, words: 'inactive' };
}
