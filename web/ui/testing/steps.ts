/** Some of the steps that process/list.json offers, as the server lists them. */
interface FakeStep {
  id_num?: number;
  name: string;
  short: string;
  group: string;
  description: string;
  args: { type: number; engines?: number[]; default?: string | number }[];
}

const value = [{ type: 0, default: 1 }];
const none = [{ type: 3 }];
const fixedOrVariable = [{ type: 2, engines: [5, 2] }];

function step(id_num: number, name: string, short: string, group: string, description: string, args: FakeStep['args']): FakeStep {
  return { id_num, name, short, group, description, args };
}

export const steps: Record<string, FakeStep> = {
  process__log_to_feed: step(1, 'Log to feed', 'log', 'Main', 'Keeps the value in a feed. The value goes on unchanged.', fixedOrVariable),
  process__log_to_feed_join: step(65, 'Log to feed (join)', 'log_join', 'Main', 'As log to feed, and draws a straight line over missing slots.', fixedOrVariable),
  process__power_to_kwh: step(4, 'Power to kWh', 'kwh', 'Main', '<p>Adds up a power in watts to energy in kilowatt-hours &amp; keeps it in a feed.</p>', fixedOrVariable),
  process__wh_accumulator: step(34, 'Wh accumulator', 'whacc', 'Main', 'Follows a counter of watt-hours through restarts of the device.', fixedOrVariable),
  process__scale: step(2, 'x', 'x', 'Calibration', 'Multiplies by a number.', value),
  process__offset: step(3, '+', '+', 'Calibration', 'Adds a number.', [{ type: 0, default: 0 }]),
  process__max_value_allowed: step(61, 'Max value allowed', '≤', 'Limits', 'Values above become the limit.', value),
  process__min_value_allowed: step(62, 'Min value allowed', '≥', 'Limits', 'Values below become the limit.', value),
  process__allowpositive: step(24, 'Allow positive', '+ve', 'Limits', 'Negative values become zero.', none),
  process__add_input: step(11, '+ input', '+ input', 'Input', 'Adds the last value of another input.', [{ type: 1 }]),
  process__subtract_input: step(22, '- input', '- input', 'Input', 'Takes away the last value of another input.', [{ type: 1 }]),
  process__if_zero_skip: step(42, 'If zero, skip next', '0? skip', 'Conditions', 'Leaves out the next step when the value is zero.', none),
  process__reset2original: step(37, 'Reset to original', '↺', 'Misc', 'Goes on with the value that the list began with.', none),
  process__publish_to_mqtt: step(35, 'Publish to MQTT', 'mqtt', 'Misc', 'Publishes the value under a topic.', [{ type: 4 }]),
};

/** run works through a list in text form, for the preview. */
export function run(list: string, start: number): { key: string; value: number | null }[] {
  const out: { key: string; value: number | null }[] = [];
  let now: number | null = start;
  let skip = false;
  for (const part of list.split(',').filter(Boolean)) {
    const [id = '', arg = ''] = part.split(':');
    const key = Object.keys(steps).find((each) => each === id || String(steps[each]!.id_num) === id) ?? id;
    if (skip) {
      skip = false;
      continue;
    }
    const n = Number(arg);
    if (key === 'process__scale' && now !== null) now *= n;
    if (key === 'process__offset' && now !== null) now += n;
    if (key === 'process__allowpositive' && now !== null) now = Math.max(0, now);
    if (key === 'process__max_value_allowed' && now !== null) now = Math.min(n, now);
    if (key === 'process__reset2original') now = start;
    if (key === 'process__if_zero_skip') skip = now === 0;
    out.push({ key, value: now });
  }
  return out;
}
