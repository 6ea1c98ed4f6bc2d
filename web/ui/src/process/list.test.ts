import { describe, expect, it } from 'vitest';
import type { StepKind } from '../api/types';
import { alignPreview, complaint, encodeList, Kinds, listText, moved, newStep, parseList } from './list';

function kind(key: string, id: number, ...types: number[]): StepKind {
  const args = types.map((type) => ({ type, engines: type === 2 ? [5, 2] : [] }));
  return { key, id, name: key, short: key, group: 'Main', description: '', args };
}

const kinds = new Kinds([
  kind('process__log_to_feed', 1, 2),
  { ...kind('process__scale', 2, 0), args: [{ type: 0, engines: [], default: '1' }] },
  kind('process__add_input', 11, 1),
  kind('process__allowpositive', 24, 3),
  kind('process__if_zero_skip', 42),
  kind('process__power_to_kwh_custom', 71, 0, 2),
  kind('process__publish', 35, 4),
  kind('eventp__ifrategtequalskip', 0, 0),
]);

describe('text form', () => {
  it.each(['', '1:5', '1:5,2:0.1', '24:0,1:7', '42:0', '71:15:9', 'eventp__ifrategtequalskip:5', '999:3:x', '35:house/power'])(
    'comes back as it was: %j',
    (text) => expect(listText(parseList(text, kinds), kinds)).toBe(text),
  );

  it('takes the other spellings of the same list', () => {
    const text = ' process__log_to_feed:5, log_to_feed:6 ,24:,24';
    expect(listText(parseList(text, kinds), kinds)).toBe('1:5,1:6,24:0,24:0');
  });

  it('gives each step its own identity', () => {
    const uids = parseList('1:5,1:5', kinds).map((step) => step.uid);
    expect(new Set(uids).size).toBe(2);
  });
});

describe('encodeList', () => {
  it('sends numbers as numbers, text as text, and one argument for none', () => {
    expect(encodeList(parseList('1:12,2:0.1,24:0,35:5,71:15:9', kinds), kinds)).toEqual([
      { fn: 'process__log_to_feed', args: [12] },
      { fn: 'process__scale', args: [0.1] },
      { fn: 'process__allowpositive', args: [0] },
      { fn: 'process__publish', args: ['5'] },
      { fn: 'process__power_to_kwh_custom', args: [15, 9] },
    ]);
  });
});

describe('complaint', () => {
  it.each([
    ['2:', 'Enter a number.'],
    ['2:abc', 'Enter a number.'],
    ['2:-0.5', ''],
    ['1:0', 'Choose a feed, or create one.'],
    ['11:', 'Choose an input.'],
    ['24:0', ''],
  ])('%s: %s', (text, words) => expect(complaint(parseList(text, kinds)[0]!, kinds)).toBe(words));

  it('names unknown steps', () => {
    expect(complaint(parseList('999:1', kinds)[0]!, kinds)).toContain('does not know');
  });
});

describe('alignPreview', () => {
  it('marks steps that did not run', () => {
    const steps = parseList('42:0,2:10,1:5', kinds);
    const ran = [{ key: 'process__if_zero_skip', value: 0 }, { key: 'process__log_to_feed', value: 0 }];
    expect(alignPreview(steps, ran, kinds)).toEqual([{ value: 0 }, 'skipped', { value: 0 }]);
  });

  it('takes number keys too', () => {
    expect(alignPreview(parseList('2:10', kinds), [{ key: '2', value: 30 }], kinds)).toEqual([{ value: 30 }]);
  });
});

it('newStep starts from the defaults', () => {
  expect(newStep(kinds.find('2')!).args).toEqual(['1']);
  expect(newStep(kinds.find('24')!).args).toEqual([]);
});

it.each([
  [0, 2, ['b', 'c', 'a']],
  [2, 0, ['c', 'a', 'b']],
  [1, 9, ['a', 'c', 'b']],
  [5, 0, ['a', 'b', 'c']],
])('moved(%i → %i)', (from, to, expected) => expect(moved(['a', 'b', 'c'], from, to)).toEqual(expected));
