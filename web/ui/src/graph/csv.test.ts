import { expect, it } from 'vitest';
import { Clock } from '../lib/time';
import { csv } from './csv';
import type { Drawn } from './shape';

const base: Drawn = {
  feed: 1, kind: 'line', time: [], value: [], min: null, max: null, interval: 60, delta: false, name: 'a', unit: '', axis: 'left',
  colour: '#000000', hidden: false,
};

it('joins the lines by time, keeps gaps empty and quotes names', () => {
  const list: Drawn[] = [
    { ...base, name: 'house, all', unit: 'W', time: [0, 60], value: [1, null], min: [0, null], max: [2, null] },
    { ...base, name: 'b', time: [60, 120, 999], value: [5, 6, 7] },
  ];
  expect(csv(list, { from: 0, to: 200 }, new Clock('UTC'))).toBe(
    [
      'time,"house, all (W)","house, all (W) min","house, all (W) max",b',
      '1970-01-01T00:00:00+00:00,1,0,2,',
      '1970-01-01T00:01:00+00:00,,,,5',
      '1970-01-01T00:02:00+00:00,,,,6',
      '',
    ].join('\n'),
  );
});
