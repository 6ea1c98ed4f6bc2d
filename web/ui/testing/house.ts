/** A simulated house: what each feed was at any time, the same at every call. */

export interface FakeFeed {
  id: number;
  tag: string;
  name: string;
  unit: string;
  engine: number;
  interval: number;
  start: number;
  public: boolean;
  value: (time: number) => number | null;
}

const day = 86400;

/** noise is between -1 and 1, and the same for the same seed and time. */
function noise(seed: number, time: number): number {
  let x = Math.imul(Math.floor(time) ^ (seed * 0x9e3779b1), 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  x ^= x >>> 16;
  return (x >>> 0) / 0x80000000 - 1;
}

/** smooth noise with the given period. */
function wander(seed: number, time: number, period: number): number {
  const at = time / period;
  const from = Math.floor(at);
  const share = (1 - Math.cos((at - from) * Math.PI)) / 2;
  return noise(seed, from) * (1 - share) + noise(seed, from + 1) * share;
}

export function solar(time: number): number {
  const hours = (time % day) / 3600;
  const season = 0.65 + 0.35 * Math.cos(((time / day - 172) / 365.25) * 2 * Math.PI);
  const sun = Math.max(0, Math.sin(((hours - 6) / 12) * Math.PI));
  const clouds = 0.62 + 0.38 * wander(1, time, 5400) + 0.12 * wander(2, time, 300);
  return Math.max(0, 4200 * season * sun ** 1.3 * Math.max(0.08, clouds));
}

export function use(time: number): number {
  const hours = (time % day) / 3600;
  const base = 230 + 60 * wander(3, time, 3600) + 15 * noise(4, time / 10);
  const peak = 900 * Math.exp(-((hours - 7.5) ** 2) / 1.2) + 1500 * Math.exp(-((hours - 18.5) ** 2) / 3);
  const kettle = noise(5, time / 1500) > 0.9 && time % 1500 < 160 ? 2400 : 0;
  const fridge = time % 2700 < 900 ? 85 : 0;
  return Math.max(90, base + peak * (0.7 + 0.3 * wander(6, time, 2400)) + kettle + fridge);
}

/** energy adds up a power to kWh since a start, from hourly means. */
function energy(power: (time: number) => number, start: number): (time: number) => number {
  const hours: number[] = [0];
  return (time) => {
    const passed = Math.max(0, time - start);
    const whole = Math.floor(passed / 3600);
    for (let i = hours.length; i <= whole; i++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += power(start + (i - 1) * 3600 + k * 900);
      hours[i] = hours[i - 1]! + sum / 4000;
    }
    return 12.5 + hours[whole]! + ((passed % 3600) / 3.6e6) * power(time);
  };
}

export function house(now: number): FakeFeed[] {
  const start = Math.floor(now / day) * day - 400 * day;
  const feed = (id: number, tag: string, name: string, unit: string, value: FakeFeed['value'], more: Partial<FakeFeed> = {}): FakeFeed => ({
    id, tag, name, unit, value, engine: 5, interval: 10, start, public: false, ...more,
  });
  const balance = (time: number): number => use(time) - solar(time);
  const outside = (time: number): number =>
    9 + 8 * Math.cos(((time / day - 200) / 365.25) * 2 * Math.PI) + 4 * Math.sin(((time % day) / day - 0.4) * 2 * Math.PI) + wander(7, time, 6 * 3600);
  const gap = now - 9 * 3600;
  return [
    feed(1, 'House', 'use', 'W', use),
    feed(2, 'House', 'solar', 'W', solar, { public: true }),
    feed(3, 'House', 'grid_import', 'W', (t) => Math.max(0, balance(t))),
    feed(4, 'House', 'grid_export', 'W', (t) => Math.max(0, -balance(t))),
    feed(5, 'House', 'use_kwh', 'kWh', energy(use, start)),
    feed(6, 'House', 'solar_kwh', 'kWh', energy(solar, start)),
    feed(7, 'House', 'battery_soc', '%', (t) => 50 + 35 * Math.sin(((t % day) / day - 0.45) * 2 * Math.PI) + 5 * wander(8, t, 7200), { interval: 60 }),
    feed(8, 'Heat pump', 'power', 'W', (t) => (t % 4200 < 2500 ? 760 + 60 * wander(9, t, 600) : 8)),
    feed(9, 'Heat pump', 'flow_temp', '°C', (t) => 34 + 4 * Math.sin((t % 4200) / 668) + 0.4 * wander(10, t, 500), { interval: 30 }),
    feed(10, 'Heat pump', 'power_kwh', 'kWh', energy((t) => (t % 4200 < 2500 ? 760 : 8), start)),
    feed(11, 'Climate', 'outside', '°C', (t) => (t > gap && t < gap + 5400 ? null : outside(t)), { interval: 300 }),
    feed(12, 'Climate', 'living room', '°C', (t) => 20.6 + 0.7 * wander(11, t, 9000), { interval: 60 }),
    feed(13, 'Climate', 'humidity', '%', (t) => 52 + 8 * wander(12, t, 20000), { interval: 60 }),
    feed(14, 'Climate', 'greenhouse', '°C', (t) => (t > now - 5 * 3600 ? null : 14 + 3 * wander(13, t, 9000)), { interval: 60 }),
    feed(15, 'raspberrypi', 'cpu_used', '%', (t) => 14 + 9 * wander(14, t, 900) + 5 * noise(15, t / 10)),
    feed(16, 'raspberrypi', 'memory_used', 'B', (t) => 1.4e9 + 1.5e8 * wander(16, t, 30000)),
    feed(17, 'raspberrypi', 'disk_free', 'B', (t) => 2.1e10 - (t - start) * 90, { interval: 60 }),
    feed(18, 'Meter', 'voltage', 'V', (t) => 233 + 3 * wander(17, t, 3000) + 0.4 * noise(18, t / 10), { engine: 2 }),
  ];
}
