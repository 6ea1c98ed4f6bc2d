import type { Feed } from '../api/types';

/** What people look for first, most important first. */
const wanted = [
  /^(use|house|home|total|main|load|consumption)([_ -]|$)/i,
  /solar|pv/i,
  /import|grid/i,
  /export/i,
  /batt/i,
  /heat_?pump|boiler|ev\b|charger/i,
  /temp|°c/i,
];
const units = ['W', 'kWh', '%', '°C', 'V'];

/** Older than this a feed is not part of what is going on. */
const recent = 3600;

/** ranked puts the feeds first that matter now: those that update, by name and unit. */
export function ranked(list: readonly Feed[], timeOf: (feed: Feed) => number | null, now: number): Feed[] {
  const score = (feed: Feed): number => {
    const name = wanted.findIndex((pattern) => pattern.test(`${feed.name} ${feed.unit}`));
    const unit = units.indexOf(feed.unit);
    const live = now - (timeOf(feed) ?? 0) < Math.max(recent, feed.interval * 12);
    return (live ? 0 : 1000) + (name < 0 ? wanted.length : name) * 10 + (unit < 0 ? units.length : unit);
  };
  return list
    .map((feed) => [score(feed), feed] as const)
    .sort(([a, x], [b, y]) => a - b || x.id - y.id)
    .map(([, feed]) => feed);
}
