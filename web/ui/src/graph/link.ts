import type { Feed } from '../api/types';
import { encode, fresh, place, type GraphState } from './state';

/** graphLink leads to the last day of the given feeds, with the axes shared out by unit. */
export function graphLink(list: Feed[]): string {
  let state: GraphState = fresh();
  const known = new Map(list.map((feed) => [feed.id, feed]));
  for (const feed of list) state = place(state, feed, known);
  return `/graph?${encode(state)}`;
}
